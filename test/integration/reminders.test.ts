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
import { withCorrelation } from "../../src/kernel/correlation.ts";
import { stopDatabaseClock } from "../support/database-clock.ts";
import { someDecision, someNewRequest, someTarget } from "../support/domain-objects.ts";
import { auditLog, targetsOf } from "../support/stored-rows.ts";
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

/** A request that was made at minute 0, with the terms of the policies. */
function requestWith({
  terms = TERMS,
  state = "pending" as RequestState,
  approvalsNeeded = 1,
  peopleAsked = [] as string[],
  targets = [someTarget()],
} = {}) {
  return store.uow.run(async (tx) => {
    const request = someNewRequest({ state, approvalsNeeded, peopleAsked, targets });
    const { id } = await tx.requests.insert(request);
    await planReminders(tx, id, terms, MADE_AT);
    return id;
  });
}

/** Posts every stored digest; resolves to the requests and steps of each digest. */
async function told(): Promise<string[][]> {
  for (const job of await store.waiting())
    if (job.kind === "post_digest") await remindersOn(store).postDigest(job.digestId);
  return shown.map(([, lines]) => lines.map(({ request, step }) => `${request.id} ${step}`));
}

/** The seconds between the enqueueing of a reminder's job and its start. */
async function secondsUntilWoken(requestId: number, step: Reminder["step"] = "reminder"): Promise<number[]> {
  const { rows } = await store.database.lockPool.query(
    `select round(extract(epoch from start_after - created_on))::int as seconds from pgboss.job
     where name = 'remind' and data->>'requestId' = $1 and data->>'step' = $2`,
    [String(requestId), step],
  );
  return rows.map(({ seconds }) => seconds);
}

const audited = async (id: number) =>
  (await auditLog(store)).filter(({ requestId }) => requestId === `CR-${id}`);

test("a reminder and an escalation are planned at the times of the policies, counted from the request", async () => {
  const id = await requestWith();
  expect(await secondsUntilWoken(id, "reminder")).toEqual([60 * 60]);
  expect(await secondsUntilWoken(id, "escalation")).toEqual([240 * 60]);
});

test("no reminder is planned if no policy has one", async () => {
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

test("all due reminders are told in one digest, once, however many replicas are woken at once", async () => {
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

test("a reminder that becomes due soon after a digest waits for the next one", async () => {
  const first = await requestWith();
  await setMinute(61);
  await remindersOn(store).remind(first, "reminder");
  const second = await requestWith();
  await remindersOn(store).remind(second, "reminder");
  expect(await told()).toEqual([[`${first} reminder`]]);
  expect(await secondsUntilWoken(second)).toContain(5 * 60);
});

test("a clock that is set back doesn't hold up a due reminder", async () => {
  const first = await requestWith();
  await setMinute(10_000);
  await remindersOn(store).remind(first, "reminder");
  const second = await requestWith();
  await setMinute(70);
  await remindersOn(store).remind(second, "reminder");
  expect((await told()).flat()).toContain(`${second} reminder`);
});

test("an escalation goes to the groups that the policies name, in place of a reminder that is due as well", async () => {
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
  "nobody is reminded of a request that is %s",
  async (state) => {
    const id = await requestWith({ state });
    await setMinute(61);
    await remindersOn(store).remind(id, "reminder");
    expect(await told()).toEqual([]);
  },
);

test("a digest leaves out the requests that were decided before it is posted", async () => {
  const [first, second] = [await requestWith(), await requestWith()];
  await setMinute(61);
  await remindersOn(store).remind(first, "reminder");
  await store.uow.run(async (tx) => {
    await tx.requests.addDecision(first, someDecision());
    await tx.requests.update(first, { state: "approved" });
  });
  expect(await told()).toEqual([[`${second} reminder`]]);
});

test("a digest names the invited approvers, and the audit log the people who were asked again", async () => {
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
  ["the approvers", new GroupGoneError(["insider-risk-leads"])],
  ["the Incydr user of a person", new IncydrError("unavailable", "Incydr is away.", { sent: "no" })],
])("a digest names nobody, and is posted all the same, while %s can't be read", async (_what, error) => {
  const id = await requestWith({ peopleAsked: ["U0THEO"] });
  invitedApprovers = async () => {
    throw error;
  };
  await setMinute(61);
  await remindersOn(store).remind(id, "reminder");
  expect(await told()).toEqual([[`${id} reminder`]]);
  expect(shown[0]?.[1]).toMatchObject([{ invitedApprovers: [] }]);
});

test("the audit entry of a reminder names the subject of a single request, and no subject of a bulk", async () => {
  const ids = [await requestWith(), await requestWith({ targets: targetsOf("a", "b") })];
  await setMinute(61);
  const ofForm = "3e7f0a4c-5b1d-4c2e-9f6a-8d7b6c5a4e3f";
  for (const id of ids) await withCorrelation(ofForm, () => remindersOn(store).remind(id, "reminder"));
  const reminded = (await auditLog(store)).filter(({ kind }) => kind === "request.reminded");
  expect(reminded.map(({ subject }) => subject)).toEqual([someTarget().username, null]);
  // One digest is about all requests, so it has the correlation id of no form.
  for (const { correlationId } of reminded) expect(correlationId).not.toBe(ofForm);
});
