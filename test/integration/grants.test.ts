import { expect, test } from "vitest";
import { createExecutionSteps } from "../../src/change-requests/execution/execution-steps.ts";
import { createWarnOfEnd, type UnitOfWork } from "../../src/change-requests/index.ts";
import { someFacts, someNewRequest, someTarget } from "../support/domain-objects.ts";
import { useRevocationBench } from "../support/revocation-bench.ts";
import { ALERTS, auditKinds, WATCHLISTS } from "../support/stored-rows.ts";
import { type Replica, untilBlocked } from "../support/test-store.ts";
import { hold } from "../support/turns.ts";

const world = useRevocationBench();
const { store, other, bench, clock, nadia, after, setClock, setHours } = world;
const { given, holds, interrupt, grantsOf, revokerOn, end, rolesHeld, writes } = world;

/** A request that gave Nadia these roles at ten o'clock. She still has them. */
function granted(hours: number, roles = [ALERTS]): Promise<number> {
  holds(...roles);
  return given(hours, roles);
}

/** The hours until each waiting job is due, in the order in which the jobs were enqueued. */
async function hoursUntilWoken(): Promise<number[]> {
  const { rows } = await store.database.lockPool.query(
    `select extract(epoch from start_after - created_on)::float as seconds from pgboss.job
     order by created_on, name, id`,
  );
  return rows.map(({ seconds }) => Math.round(seconds) / 3_600);
}

test("an end that wakes two replicas at once, and one of them again, takes the role away once", async () => {
  const id = await granted(1);
  await setHours(1);
  await Promise.all([end(id), revokerOn(other).end(id)]);
  await end(id);
  expect(writes()).toBe(1);
  expect(rolesHeld()).toEqual(["desktop-user", "proe-user"]);
  expect(await auditKinds(store)).toEqual(["grant.revoking", "grant.revoked"]);
});

test("a freeze that comes between the claim and its removal stops the removal, and leaves no intent", async () => {
  const id = await granted(1);
  await setHours(1);
  const freezeOnceClaimed: UnitOfWork = {
    read: store.uow.read,
    async run(work) {
      const result = await store.uow.run(work);
      const isClaimed = (await grantsOf(id)).some(({ intent }) => intent !== null);
      const by = { slackUserId: "U0THEO", email: null };
      if (isClaimed) await store.uow.run((tx) => tx.freeze.set({ by, at: clock.now(), reason: null }));
      return result;
    },
  };
  await revokerOn({ withLock: store.withLock, uow: freezeOnceClaimed }).end(id);
  expect(writes()).toBe(0);
  expect(rolesHeld()).toContain("alert-emails");
  expect(await grantsOf(id)).toMatchObject([{ state: "revoking", waitingFor: "freeze", intent: null }]);
});

test("a warning that wakes two replicas at once is given once", async () => {
  const id = await granted(8);
  await setHours(7);
  const warnOn = ({ uow }: Replica) => createWarnOfEnd({ uow, clock });
  await Promise.all([warnOn(store)(id), warnOn(other)(id)]);
  await warnOn(store)(id);
  expect(await auditKinds(store)).toEqual(["grant.warned"]);
  expect(await store.waiting()).toContainEqual({ kind: "announce", requestId: id, topic: "grants_end_soon" });
});

test("a change that settles and a warning about the same role wait for each other in one order", async () => {
  const id = await granted(8);
  await setHours(7);
  const steps = createExecutionSteps({ uow: store.uow, clock });
  const change = { kind: "add_roles", roles: [ALERTS] } as const;
  const intent = { at: clock.now(), deadlineAt: clock.now() };
  const executing = await store.uow.run(async (tx) => {
    const targets = [someTarget({ facts: someFacts({ userId: nadia() }) })];
    const request = await tx.requests.insert(someNewRequest({ state: "executing", change, targets }));
    await tx.requests.updateTarget(request.id, 0, { state: "executing", intent });
    return tx.requests.get(request.id);
  });
  if (!executing) throw new Error("It was just stored.");
  // Each transaction that appends to the audit log waits for this lock. The settling transaction waits first.
  const log = await store.database.lockPool.connect();
  await log.query("select pg_advisory_lock(4201)");
  const settled = steps.settle(executing, "read_back_shows_it", null);
  await untilBlocked(store, 1);
  const warned = createWarnOfEnd({ uow: other.uow, clock })(id);
  await untilBlocked(store, 2);
  await log.query("select pg_advisory_unlock(4201)");
  log.release();
  await Promise.all([settled, warned]);
  expect(await grantsOf(id)).toMatchObject([{ state: "superseded" }]);
});

test("a job that is woken before its time waits for it", async () => {
  const id = await granted(8);
  await setHours(1);
  await end(id);
  await createWarnOfEnd({ uow: store.uow, clock })(id);
  expect(writes()).toBe(0);
  expect(await auditKinds(store)).toEqual([]);
  expect(await store.waiting()).toEqual([
    { kind: "end_grants", requestId: id },
    { kind: "warn_of_end", requestId: id },
  ]);
  expect(await hoursUntilWoken()).toEqual([7, 5]);
});

test("an end that has all but come is put off by a second", async () => {
  const id = await granted(8);
  await setClock(new Date(after(8).getTime() - 1));
  await end(id);
  const [hours = 0] = await hoursUntilWoken();
  expect(Math.round(hours * 3_600)).toBe(1);
});

test("a removal that was interrupted is read before anything else is sent, and not while it may be on its way", async () => {
  const id = await granted(1);
  await setHours(1);
  await interrupt(id);
  await end(id);
  expect(writes()).toBe(0);
  expect(await grantsOf(id)).toMatchObject([{ state: "revoking", waitingFor: "incydr" }]);

  await setHours(1.1);
  await end(id);
  expect(writes()).toBe(1);
  expect(await grantsOf(id)).toMatchObject([{ state: "revoked" }]);
});

test("an interrupted removal that had its effect is not sent again", async () => {
  const id = await granted(1);
  await setHours(1);
  await interrupt(id);
  holds();
  await end(id);
  expect(writes()).toBe(0);
  expect(await grantsOf(id)).toMatchObject([{ state: "revoked", endedAt: clock.now() }]);
});

test("only the roles that the subject holds are taken away, and the others are known to be gone", async () => {
  const id = await granted(1, [ALERTS, WATCHLISTS]);
  holds(ALERTS);
  await setHours(1);
  await end(id);
  expect(await grantsOf(id)).toMatchObject([
    { role: ALERTS, state: "revoked" },
    { role: WATCHLISTS, state: "superseded", explanation: expect.stringContaining("gone already") },
  ]);
  expect(rolesHeld()).toEqual(["desktop-user", "proe-user"]);
});

test("two grants of one role end with the later one, and at once if both end at once", async () => {
  const [first, second, third] = [await granted(1), await granted(2), await granted(2)];
  await setHours(1);
  await end(first);
  expect(await grantsOf(first)).toMatchObject([{ state: "superseded" }]);
  expect(writes()).toBe(0);
  await setHours(2);
  await end(second);
  await end(third);
  expect(await grantsOf(second)).toMatchObject([{ state: "superseded" }]);
  expect(await grantsOf(third)).toMatchObject([{ state: "revoked" }]);
  expect(writes()).toBe(1);
});

test("attempts that fail are counted and come at ever longer intervals, until one succeeds", async () => {
  const id = await granted(1);
  await setHours(1);
  bench.simulator.control.forbid("PUT /v1/users/**");
  const pauses: number[] = [];
  for (let attempt = 1; attempt <= 4; attempt++) pauses.push(await pauseAfter(id));
  expect(pauses).toEqual([5, 10, 20, 40]);
  const failing = { state: "revoking", failedAttempts: 4, failingSince: clock.now(), intent: null };
  expect(await grantsOf(id)).toMatchObject([failing]);
  // Only one message to the leads is planned, also after many failed attempts.
  const planned = (await store.waiting()).filter(({ kind }) => kind === "remind");
  expect(planned).toEqual([{ kind: "remind", requestId: id, step: "revocation" }]);

  bench.simulator.control.clearFaults();
  await end(id);
  expect(await grantsOf(id)).toMatchObject([{ state: "revoked" }]);
  expect(await auditKinds(store)).toEqual([
    "grant.revoking",
    ...Array<string>(4).fill("grant.attempt_failed"),
    "grant.revoked",
  ]);
});

/** Tries to end a request's grants; resolves to the seconds until the next try. */
async function pauseAfter(id: number, options: { isDown?: boolean } = {}): Promise<number> {
  await end(id, options);
  const { rows } = await store.database.lockPool.query(
    "select round(extract(epoch from wake_at - current_instant()))::int as seconds from grants",
  );
  return rows[0].seconds;
}

/**
 * A temporary role that has ended, after these failed attempts to remove it; Incydr answered `refusedAttempts` of them.
 */
async function overdue(failedAttempts: number, refusedAttempts: number): Promise<number> {
  holds(ALERTS);
  const id = await given(1, [ALERTS], { state: "revoking", failedAttempts, refusedAttempts });
  await setHours(1);
  return id;
}

const refuse = () =>
  bench.simulator.control.addFault({ kind: "status", status: 400, on: "PUT /v1/users/**" });
const HALF_AN_HOUR = 30 * 60;
const ONE_DAY = 24 * 3_600;

test("a removal that Incydr has refused twenty times is tried once a day, and half-hourly while Incydr is away", async () => {
  const id = await overdue(18, 18);
  refuse();
  expect(await pauseAfter(id)).toBe(HALF_AN_HOUR);
  expect(await pauseAfter(id, { isDown: true })).toBe(HALF_AN_HOUR);
  expect(await pauseAfter(id)).toBe(ONE_DAY);
  expect(await pauseAfter(id, { isDown: true })).toBe(HALF_AN_HOUR);
  expect(await pauseAfter(id)).toBe(ONE_DAY);
});

test("attempts during an outage bring the daily pace of a refused removal no nearer", async () => {
  const id = await overdue(40, 0);
  expect(await pauseAfter(id, { isDown: true })).toBe(HALF_AN_HOUR);
  refuse();
  expect(await pauseAfter(id)).toBe(HALF_AN_HOUR);
  expect(await grantsOf(id)).toMatchObject([{ failedAttempts: 42, refusedAttempts: 1 }]);
});

test("a removal for which the API client lacks the permission is tried half-hourly, however often it failed", async () => {
  const id = await overdue(40, 19);
  bench.simulator.control.forbid("PUT /v1/users/**");
  expect(await pauseAfter(id)).toBe(HALF_AN_HOUR);
  expect(await grantsOf(id)).toMatchObject([{ failedAttempts: 41, refusedAttempts: 19, intent: null }]);
});

test("an end that comes while Incydr is down has failed until Incydr can be read, and then succeeds", async () => {
  const id = await granted(1);
  await setHours(1);
  await end(id, { isDown: true });
  expect(await grantsOf(id)).toMatchObject([
    { state: "revoking", failedAttempts: 1, explanation: "Incydr can't be read at the moment." },
  ]);
  expect(writes()).toBe(0);
  await end(id);
  expect(await grantsOf(id)).toMatchObject([{ state: "revoked", explanation: null }]);
});

test("READ_ONLY puts the end off, says so, and the next start without it takes the role away", async () => {
  const id = await granted(1);
  await setHours(2);
  await end(id, { readOnly: true });
  expect(await grantsOf(id)).toMatchObject([{ state: "revoking", waitingFor: "freeze" }]);
  expect(writes()).toBe(0);
  expect(await store.uow.run((tx) => tx.grants.due(clock.now()))).toEqual([id]);
  await end(id);
  expect(await grantsOf(id)).toMatchObject([{ state: "revoked" }]);
});

test("a transaction that waited for the turn to claim sees the removal that was claimed meanwhile", async () => {
  const id = await granted(1);
  const claiming = await hold((pause) =>
    store.uow.run(async (tx) => {
      await tx.grants.lockClaims(nadia(), clock.now());
      await pause();
      const intent = { at: clock.now(), deadlineAt: new Date(clock.now().getTime() + 20_000) };
      await tx.grants.update({ requestId: id, role: ALERTS }, { state: "revoking", intent });
    }),
  );
  const waiting = store.uow.run((tx) => tx.grants.lockClaims(nadia(), clock.now()));
  // `finally` ends the other work also if the wait fails.
  await store.untilWaitedFor().finally(claiming.letGo);
  expect(await waiting).toBe(true);
});

test("no other write to the subject is claimed while a removal may be on its way, nor a removal during another write", async () => {
  const id = await granted(1);
  const turn = (at: Date) => store.uow.run((tx) => tx.grants.lockClaims(nadia(), at));
  expect(await turn(clock.now())).toBe(false);
  await interrupt(id);
  expect(await turn(clock.now())).toBe(true);
  // After its deadline the removal can't arrive any more. So an emergency does not wait for the next attempt.
  expect(await turn(new Date(clock.now().getTime() + 20_000))).toBe(false);

  const intent = { at: clock.now(), deadlineAt: clock.now() };
  await store.uow.run(async (tx) => {
    await tx.grants.update({ requestId: id, role: ALERTS }, { state: "revoking", intent: null });
    const targets = [someTarget({ facts: someFacts({ userId: nadia() }) })];
    const busy = await tx.requests.insert(someNewRequest({ state: "executing", targets }));
    await tx.requests.updateTarget(busy.id, 0, { state: "executing", intent });
  });
  await setHours(1);
  await end(id);
  expect(writes()).toBe(0);
  expect(await grantsOf(id)).toMatchObject([{ state: "revoking", waitingFor: "subject" }]);
});
