import { beforeEach, expect, test } from "vitest";
import { GroupGoneError } from "../../src/authorization/index.ts";
import {
  createReminders,
  type DigestLine,
  type InvitedApprovers,
  type Reminder,
  type RequestState,
} from "../../src/change-requests/index.ts";
import { planReminders } from "../../src/change-requests/lifecycle/await-approvals.ts";
import { IncydrError } from "../../src/incydr/index.ts";
import type { Clock } from "../../src/kernel/clock.ts";
import { stopDatabaseClock } from "../support/database-clock.ts";
import { someDecision, someNewRequest } from "../support/domain-objects.ts";
import type { Replica } from "../support/test-store.ts";
import { useQueueStore, useReplica } from "../support/use-store.ts";

const MADE_AT = new Date("2026-11-01T09:00:00Z");
const TERMS = { remindAfterMinutes: 60, escalateAfterMinutes: 240, escalateTo: ["insider-risk-leads"] };

const store = useQueueStore();
const other = useReplica(store);
let shown: [digestId: number, lines: readonly DigestLine[]][];
let now: Date;
let invitedApprovers: InvitedApprovers;
beforeEach(async () => {
  shown = [];
  invitedApprovers = async ({ peopleAsked }) => peopleAsked;
  await setMinute(0);
});

/** Sets the bot's clock and the database's. */
async function setMinute(minute: number): Promise<void> {
  now = new Date(MADE_AT.getTime() + minute * 60_000);
  await stopDatabaseClock(store.database.lockPool, now);
}

function remindersOn({ uow }: Replica) {
  const clock: Clock = { now: () => now, sleep: async () => {} };
  const display = {
    showDigest: async (digestId: number, lines: readonly DigestLine[]) => void shown.push([digestId, lines]),
  };
  return createReminders({ uow, display, invitedApprovers, clock, isOutage: () => false });
}

/** A request that was made at minute 0, with what the policies say of it. */
function requestWith({
  terms = TERMS,
  state = "pending" as RequestState,
  approvalsNeeded = 1,
  peopleAsked = [] as string[],
} = {}) {
  return store.uow.run(async (tx) => {
    const { id } = await tx.requests.insert(someNewRequest({ state, approvalsNeeded, peopleAsked }));
    await planReminders(tx, id, terms, MADE_AT);
    return id;
  });
}

/** Posts every digest that was made, and says what each tells: the request and the step. */
async function told(): Promise<string[][]> {
  for (const job of await store.waiting())
    if (job.kind === "post_digest") await remindersOn(store).postDigest(job.digestId);
  return shown.map(([, lines]) => lines.map(({ request, step }) => `${request.id} ${step}`));
}

async function plannedFor(requestId: number, step: Reminder["step"]): Promise<unknown[]> {
  const { rows } = await store.database.lockPool.query(
    `select start_after from pgboss.job where name = 'remind' and data->>'requestId' = $1 and data->>'step' = $2
     order by start_after`,
    [String(requestId), step],
  );
  return rows.map(({ start_after }) => start_after);
}

/** In how many seconds a request's reminders are woken. */
async function secondsUntilWoken(requestId: number): Promise<number[]> {
  const { rows } = await store.database.lockPool.query(
    `select round(extract(epoch from start_after - created_on))::int as seconds from pgboss.job
     where name = 'remind' and data->>'step' = 'reminder' and data->>'requestId' = $1`,
    [String(requestId)],
  );
  return rows.map(({ seconds }) => seconds);
}

async function audited(requestId: number) {
  const { rows } = await store.database.lockPool.query(
    "select kind, subject, details from audit_entries where request_id = $1 order by seq",
    [`CR-${requestId}`],
  );
  return rows;
}

const minute = (at: number) => new Date(MADE_AT.getTime() + at * 60_000);

test("a request is reminded of and escalated when the policies say, counted from the request", async () => {
  const id = await requestWith();
  expect(await plannedFor(id, "reminder")).toEqual([minute(60)]);
  expect(await plannedFor(id, "escalation")).toEqual([minute(240)]);
});

test("where no policy says anything, nothing is planned", async () => {
  const id = await requestWith({
    terms: { ...TERMS, remindAfterMinutes: null as never, escalateAfterMinutes: null as never },
  });
  expect(await store.waiting()).toEqual([]);
  await remindersOn(store).remind(id, "reminder");
  expect(await told()).toEqual([]);
});

test("a reminder that is woken too early waits on", async () => {
  const id = await requestWith();
  await setMinute(59);
  await remindersOn(store).remind(id, "reminder");
  expect(await told()).toEqual([]);
  expect(await secondsUntilWoken(id)).toContain(60);
});

test("all that is due is told in one digest, once, however many replicas are woken at once", async () => {
  const ids = [await requestWith(), await requestWith({ approvalsNeeded: 2 }), await requestWith()];
  await setMinute(61);
  const woken = ids.flatMap((id) => [
    remindersOn(store).remind(id, "reminder"),
    remindersOn(other).remind(id, "reminder"),
  ]);
  await Promise.all(woken);
  expect(await told()).toEqual([ids.map((id) => `${id} reminder`)]);
  expect(shown[0]?.[1].map(({ approvalsMissing }) => approvalsMissing)).toEqual([1, 2, 1]);
  for (const id of ids)
    expect(await audited(id)).toMatchObject([
      { kind: "request.reminded", subject: "nadia.petrov@harborlight.example" },
    ]);
});

test("what becomes due soon after a digest waits for the next one", async () => {
  const first = await requestWith();
  await setMinute(61);
  await remindersOn(store).remind(first, "reminder");
  const second = await requestWith();
  await remindersOn(store).remind(second, "reminder");
  expect(await told()).toEqual([[`${first} reminder`]]);
  expect(await secondsUntilWoken(second)).toContain(5 * 60);
});

test("a clock that is set back holds up nothing that is due", async () => {
  const first = await requestWith();
  await setMinute(10_000);
  await remindersOn(store).remind(first, "reminder");
  const second = await requestWith();
  await setMinute(70);
  await remindersOn(store).remind(second, "reminder");
  expect((await told()).flat()).toContain(`${second} reminder`);
});

test("an escalation asks whom the policies name, in place of a reminder that is due as well", async () => {
  const id = await requestWith();
  await setMinute(300);
  await remindersOn(store).remind(id, "reminder");
  await remindersOn(store).remind(id, "escalation");
  expect(await told()).toEqual([[`${id} escalation`]]);
  expect(shown[0]?.[1]).toMatchObject([{ escalateTo: ["insider-risk-leads"] }]);
  expect(await audited(id)).toMatchObject([
    { kind: "request.reminded" },
    { kind: "request.escalated", details: { to: ["insider-risk-leads"] } },
  ]);
});

test.each(["denied", "approved", "stale"] as const)(
  "of a request that is %s nobody is reminded",
  async (state) => {
    const id = await requestWith({ state });
    await setMinute(61);
    await remindersOn(store).remind(id, "reminder");
    expect(await told()).toEqual([]);
  },
);

test("a digest leaves out what was decided before it is posted", async () => {
  const [first, second] = [await requestWith(), await requestWith()];
  await setMinute(61);
  await remindersOn(store).remind(first, "reminder");
  await store.uow.run(async (tx) => {
    await tx.requests.addDecision(first, someDecision());
    await tx.requests.update(first, { state: "approved" });
  });
  expect(await told()).toEqual([[`${second} reminder`]]);
});

test("a digest tells whom a request asks by name, and the audit log who was asked again", async () => {
  const id = await requestWith({ peopleAsked: ["U0THEO", "U0PRIYA"], approvalsNeeded: 2 });
  await store.uow.run((tx) => tx.requests.addDecision(id, someDecision()));
  invitedApprovers = async () => ["U0PRIYA"];
  await setMinute(61);
  await remindersOn(store).remind(id, "reminder");
  expect(await told()).toEqual([[`${id} reminder`]]);
  expect(shown[0]?.[1]).toMatchObject([{ invitedApprovers: ["U0PRIYA"] }]);
  expect(await audited(id)).toMatchObject([{ details: { peopleAsked: ["U0PRIYA"] } }]);
});

test.each([
  ["who may approve", new GroupGoneError(["insider-risk-leads"])],
  ["which Incydr user somebody is", new IncydrError("unavailable", "Incydr is away.", { sent: "no" })],
])(
  "while it can't be found out %s, a digest names nobody and is posted all the same",
  async (_what, error) => {
    const id = await requestWith({ peopleAsked: ["U0THEO"] });
    invitedApprovers = async () => {
      throw error;
    };
    await setMinute(61);
    await remindersOn(store).remind(id, "reminder");
    expect(await told()).toEqual([[`${id} reminder`]]);
    expect(shown[0]?.[1]).toMatchObject([{ invitedApprovers: [] }]);
  },
);
