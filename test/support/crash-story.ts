import { expect } from "vitest";
import type { Message, SlackPerson } from "../../sandbox/slack/driver.ts";
import { type AuditEntry, verifyChain } from "../../src/audit/index.ts";
import { createAuditReader, openDatabase } from "../../src/persistence/index.ts";
import type { World, WorldOptions } from "./world.ts";

const NADIA = "nadia.petrov@harborlight.example";
const APPROVALS = "insider-risk-approvals";
/** Jobs that a killed process had in hand are noticed by the queue after ten seconds and some. */
export const RECOVERY = { timeoutMs: 40_000 };

/** The bot isn't started in this process; two cores may keep it from an ack for longer than Slack waits. */
export const CRASH_WORLD: WorldOptions = { startBot: false, ackTimeoutMs: 15_000 };

/** Maya asks for Nadia's deactivation in the approvals channel. */
export async function askForDeactivation({ slack }: World): Promise<void> {
  const maya = slack.as("maya");
  const opened = async () => {
    await maya.command(`/incydr deactivate ${NADIA}`, { in: APPROVALS });
    return maya.waitForModal(/Warnings/, { timeoutMs: 10_000 });
  };
  // Eight bots that start at once on two cores may be too late for a trigger; then she types it again.
  await opened().catch(opened).catch(opened);
  await maya.fill({ Reason: "Exfiltration alert 4711" });
  await maya.submit();
}

/** The card, once it waits for its approval. */
export function pendingCard({ slack }: World): Promise<Message> {
  return slack.as("theo").waitForMessage(APPROVALS, /Pending/, RECOVERY);
}

/** Maya asks and Theo approves. */
export async function approvedCard(world: World): Promise<void> {
  await askForDeactivation(world);
  await world.slack.as("theo").click("Approve", { message: await pendingCard(world) });
}

/**
 * Waits until the request is over and told everywhere, and expects that everything happened once: the write,
 * the card, its announcements, the audit entries and their messages. Resolves to the request's audit entries.
 */
export async function expectDoneOnce(world: World): Promise<AuditEntry[]> {
  const { slack, incydr } = world;
  const theo = slack.as("theo");
  await theo.waitForMessage(APPROVALS, /Verified\./, RECOVERY);
  await theo.waitForMessage(APPROVALS, /CR-1: verified/, RECOVERY);
  const entries = await auditEntries(world);
  await theo.waitForMessage("insider-risk-audit", `#${entries.at(-1)?.seq} `, RECOVERY);

  expect(incydr.writeLog().filter(({ applied }) => applied)).toMatchObject([{ kind: "deactivate" }]);
  expect(incydr.tenant.user(NADIA).active).toBe(false);
  const [card, ...others] = messagesOfBot(theo, APPROVALS).filter(({ threadTs }) => !threadTs);
  expect(others).toEqual([]);
  expect(card?.plain).toMatch(/Verified\. Incydr was read again and shows it/);
  const thread = messagesOfBot(theo, APPROVALS).filter(({ threadTs }) => threadTs);
  expect(thread.map(({ plain }) => /^CR-1: \w+/.exec(plain)?.[0])).toEqual([
    "CR-1: approved",
    "CR-1: verified",
  ]);
  expect(thread.every(({ threadTs }) => threadTs === card?.ts)).toBe(true);

  const published = messagesOfBot(theo, "insider-risk-audit").flatMap(({ plain }) =>
    [...plain.matchAll(/#(\d+) /g)].map(([, seq]) => Number(seq)),
  );
  expect(published).toEqual(entries.map(({ seq }) => seq));
  slack.violations.assertNone();
  return entries.filter(({ requestId }) => requestId === "CR-1");
}

/** Every entry of the log, whose chain is expected to be whole. */
async function auditEntries({ env }: World): Promise<AuditEntry[]> {
  await using database = openDatabase({ connectionString: env.DATABASE_URL ?? "", log: () => {} });
  const entries: AuditEntry[] = [];
  for await (const entry of createAuditReader(database.db).all()) entries.push(entry);
  expect((await verifyChain(entries)).faults).toEqual([]);
  return entries;
}

/** State of the one request and its target, as they are stored. */
export async function storedState({ db }: World): Promise<{ request: string; target: string }> {
  const { rows } = await db.query(
    "select r.state as request, t.state as target from change_requests r join targets t on t.request_id = r.id",
  );
  expect(rows).toHaveLength(1);
  return rows[0];
}

function messagesOfBot(reader: SlackPerson, channel: string): Message[] {
  return reader.sees(channel).filter(({ isBot, ephemeral }) => isBot && !ephemeral);
}
