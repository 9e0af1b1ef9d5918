import { PgBoss } from "pg-boss";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyChain } from "../../src/audit/index.ts";
import { createAuditReader, migrate, openDatabase } from "../../src/persistence/index.ts";
import {
  type Recording,
  readRecording,
  restorePosts,
  restoreTables,
  restoreTenant,
} from "../support/restore-recording.ts";
import { answerTo } from "../support/scenario-effects.ts";
import { APPROVALS, newestRequest } from "../support/scenario-requests.ts";
import { untilQuiet } from "../support/scenario-world.ts";
import { createSignedInteractions } from "../support/signed-interactions.ts";
import { startWorld, type World } from "../support/world.ts";

// A bot of an earlier version had stored, posted and left all this when it was ended; this version takes it over.

const SOON = { timeout: 30_000, interval: 25 };

let recording: Recording;
let world: World;

beforeAll(async () => {
  recording = await readRecording("written-by-cb610e4");
  world = await startWorld({ startBot: false });
  const connectionString = world.env.DATABASE_URL ?? "";
  await restoreTables(connectionString, recording);
  await using database = openDatabase({ connectionString, log: () => {} });
  await migrate(database);
  restoreTenant(world, recording);
  await restorePosts(world, recording);
  await world.startBot();
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

const person = (name: string) => world.slack.as(name);

/** The number of the request that was left in that state. */
function idOf(name: string): number {
  const id = recording.requests[name];
  if (id === undefined) throw new Error(`No request was left as ${name}.`);
  return id;
}

/** Clicks a button of the card as the earlier version had posted it, even if this version shows others. */
async function click(by: string, button: string, name: string): Promise<void> {
  const { rows } = await world.db.query<{ ts: string }>("select ts from slack_posts where key = $1", [
    `card:${idOf(name)}`,
  ]);
  const card = person(by)
    .sees(APPROVALS)
    .find(({ ts }) => ts === rows[0]?.ts);
  if (!card) throw new Error(`${by} does not see the card of ${name}.`);
  await person(by).click(button, { message: card });
}

async function stateOf(name: string): Promise<string> {
  const { rows } = await world.db.query<{ state: string }>(
    `select concat_ws(' ', request.state, string_agg(distinct target.state, ' ')) as state
     from change_requests request join targets target on request_id = id where id = $1 group by request.state`,
    [idOf(name)],
  );
  return rows[0]?.state ?? "";
}

const becomes = (name: string, state: string) => expect.poll(() => stateOf(name), SOON).toBe(state);

async function grantOf(name: string): Promise<string | undefined> {
  const { rows } = await world.db.query("select state from grants where request_id = $1", [idOf(name)]);
  return rows[0]?.state;
}

test("the jobs of every kind that it left are done, and none fails", async () => {
  await using boss = await openQueue();
  for (const { kind, data } of recording.jobs) await boss.queue.send(kind, data);
  await untilQuiet(world);
  const { rows: failed } = await world.db.query("select kind, last_error_code from job_failures");
  expect(failed).toEqual([]);
  expect(await stateOf("pending")).toBe("pending waiting");
  expect(await stateOf("verified")).toBe("done verified");
}, 60_000);

test("a freeze that it stored holds, and unfreezing lets its approved request go on", async () => {
  expect(await stateOf("approvedFrozen")).toBe("approved waiting");
  const theo = person("theo");
  await answerTo(theo, APPROVALS, () => theo.command("/incydr unfreeze", { in: APPROVALS }));
  await becomes("approvedFrozen", "done verified");
});

test("every button of its cards does what it says", async () => {
  await click("theo", "Approve", "pending");
  await becomes("pending", "done verified");
  await click("theo", "Approve", "renewed");
  await becomes("renewed", "done verified");
  await click("theo", "Approve", "bulkPending");
  await becomes("bulkPending", "done verified");
  await click("maya", "Cancel", "pendingToCancel");
  await becomes("pendingToCancel", "cancelled waiting");
  await click("maya", "Renew", "stale");
  await becomes("stale", "pending waiting");
  await click("theo", "Deny", "pendingToDeny");
  await submitForm("theo", { Reason: "Not needed" });
  await becomes("pendingToDeny", "denied waiting");
  await click("theo", "Ratify", "emergency");
  const ratification = async () => {
    const { rows } = await world.db.query("select state from ratifications where request_id = $1", [
      idOf("emergency"),
    ]);
    return rows[0]?.state;
  };
  await expect.poll(ratification, SOON).toBe("ratified");
  await click("maya", "Extend…", "granted");
  await person("maya").waitForModal(({ submit }) => Boolean(submit), { timeoutMs: 20_000 });
  await person("maya").close({ all: true });
  await click("theo", "Revoke now", "granted");
  await expect.poll(() => grantOf("granted"), SOON).toBe("revoked");
  await click("maya", "Undo…", "verified");
  await submitForm("maya", { Reason: "It was a mistake" });
  const undo = async () => {
    const { rows } = await world.db.query("select id from change_requests where undoes = $1", [
      idOf("verified"),
    ]);
    return rows.length;
  };
  await expect.poll(undo, SOON).toBe(1);
}, 120_000);

test("a form that was open when it ended makes its request", async () => {
  const before = await newestRequest(world);
  const { callback_id, private_metadata } = recording.form;
  const values = {
    reason: { value: { type: "plain_text_input", value: "Filled in before the upgrade" } },
    ticket: { value: { type: "plain_text_input", value: null } },
    people_asked: { value: { type: "multi_users_select", selected_users: [] } },
  };
  const view = { callback_id, private_metadata, state: { values } };
  await createSignedInteractions(world.slack).view("view_submission", person("maya").person.id, view);
  await expect.poll(() => newestRequest(world), SOON).toBe(before + 1);
});

test("its audit log is a whole chain with the entries of this version", async () => {
  await untilQuiet(world);
  await using database = openDatabase({ connectionString: world.env.DATABASE_URL ?? "", log: () => {} });
  const { head, faults } = await verifyChain(createAuditReader(database.db).all());
  expect(faults).toEqual([]);
  expect(head.seq).toBeGreaterThan(recording.tables.audit_entries?.length ?? 0);
  const { rows: failed } = await world.db.query("select kind, last_error_code from job_failures");
  expect(failed).toEqual([]);
});

async function submitForm(by: string, fields: Record<string, string>): Promise<void> {
  await person(by).waitForModal(({ submit }) => Boolean(submit), { timeoutMs: 20_000 });
  await person(by).fill(fields);
  await person(by).submit();
}

async function openQueue(): Promise<AsyncDisposable & { queue: PgBoss }> {
  const queue = new PgBoss({
    connectionString: world.env.DATABASE_URL ?? "",
    ...{ max: 1, supervise: false, schedule: false, migrate: false },
  });
  await queue.start();
  return { queue, [Symbol.asyncDispose]: () => queue.stop({ graceful: false }) };
}
