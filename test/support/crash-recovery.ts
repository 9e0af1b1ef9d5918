import { expect } from "vitest";
import type { Message, SlackPerson } from "../../sandbox/slack/driver.ts";
import { type AuditEntry, verifyChain } from "../../src/audit/index.ts";
import { createAuditReader, openDatabase } from "../../src/persistence/index.ts";
import { APPROVALS, waitForCard } from "./scenario-requests.ts";
import type { World, WorldOptions } from "./world.ts";

/** The queue notices the jobs of a killed process after a little more than ten seconds. */
export const RECOVERY = { timeoutMs: 40_000 };

/** The bot is not started in this process. On two cores, its ack may take longer than Slack waits. */
export const CRASH_WORLD: WorldOptions = { startBot: false, ackTimeoutMs: 15_000 };

/**
 * Lets the queue notice at once that the process of its active jobs is dead. Otherwise the queue waits for ten seconds,
 * which the tests of interrupted executions do.
 */
export async function expireHeartbeats({ db }: World): Promise<void> {
  await db.query(
    "update pgboss.job set heartbeat_on = heartbeat_on - interval '1 minute' where state = 'active'",
  );
}

/** Maya asks for a user's deactivation in the approvals channel. */
export async function askForDeactivation({ slack }: World, username: string): Promise<void> {
  const maya = slack.as("maya");
  const opened = async () => {
    await maya.command(`/incydr deactivate ${username}`, { in: APPROVALS });
    return maya.waitForModal(/Warnings/);
  };
  // Bots that start at the same time on two cores may be too slow for a trigger. Then Maya types the command again.
  await opened().catch(opened).catch(opened);
  await maya.fill({ Reason: "Exfiltration alert 4711" });
  await maya.submit();
}

/** A request for somebody's deactivation. */
export interface InterruptedRequest {
  readonly id: number;
  /** Incydr username of the subject. */
  readonly username: string;
}

/**
 * Waits until a request is done and all its messages are posted. Expects one write, one card, and one of each
 * announcement, audit entry and audit message. Resolves to the request's audit entries.
 */
export async function expectDoneOnce(
  world: World,
  { id, username }: InterruptedRequest,
): Promise<AuditEntry[]> {
  const { slack, incydr } = world;
  const theo = slack.as("theo");
  await waitForCard(world, { id, shows: "Done and verified.", ...RECOVERY });
  await theo.waitForMessage(APPROVALS, `CR-${id} done and verified`, RECOVERY);
  const entries = (await auditEntries(world)).filter(({ requestId }) => requestId === `CR-${id}`);
  await theo.waitForMessage("insider-risk-audit", `#${entries.at(-1)?.seq} `, RECOVERY);

  const { userId, active } = incydr.tenant.user(username);
  expect(writesTo(world, userId).filter(({ applied }) => applied)).toMatchObject([{ kind: "deactivate" }]);
  expect(active).toBe(false);
  const messages = messagesOfBot(theo, APPROVALS);
  const [card, ...others] = messages.filter(({ plain }) => plain.startsWith(`CR-${id} ·`));
  expect(others).toEqual([]);
  expect(card?.plain).toMatch(/Done and verified\. \S+ (is now|now has)/);
  const thread = messages.filter(
    ({ plain }) => plain.startsWith(`CR-${id} `) && !plain.startsWith(`CR-${id} ·`),
  );
  expect(thread.map(({ plain }) => /^CR-\d+ (approved|done and verified)/.exec(plain)?.[1])).toEqual([
    "approved",
    "done and verified",
  ]);
  expect(thread.every(({ threadTs }) => threadTs === card?.ts)).toBe(true);

  const published = messagesOfBot(theo, "insider-risk-audit").flatMap(({ plain }) =>
    [...plain.matchAll(/#(\d+) /g)].map(([, seq]) => Number(seq)),
  );
  const seqs = entries.map(({ seq }) => seq);
  expect(published.filter((seq) => seqs.includes(seq))).toEqual(seqs);
  slack.violations.assertNone();
  return entries;
}

/** The writes to a user that reached Incydr, in the order they came. */
export function writesTo({ incydr }: World, userId: string) {
  return incydr.writeLog().filter((write) => write.userId === userId);
}

/** Every entry of the audit log. Expects an intact chain. */
async function auditEntries({ env }: World): Promise<AuditEntry[]> {
  await using database = openDatabase({ connectionString: env.DATABASE_URL ?? "", log: () => {} });
  const entries: AuditEntry[] = [];
  for await (const entry of createAuditReader(database.db).all()) entries.push(entry);
  expect((await verifyChain(entries)).faults).toEqual([]);
  return entries;
}

/** The stored states of a request and its target. */
export async function storedState({ db }: World, id: number): Promise<{ request: string; target: string }> {
  const { rows } = await db.query(
    `select r.state as request, t.state as target
      from change_requests r join targets t on t.request_id = r.id where r.id = $1`,
    [id],
  );
  expect(rows).toHaveLength(1);
  return rows[0];
}

function messagesOfBot(reader: SlackPerson, channel: string): Message[] {
  return reader.sees(channel).filter(({ isBot, ephemeral }) => isBot && !ephemeral);
}
