import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createExecutionSteps } from "../../src/change-requests/execution/execution-steps.ts";
import { createWarnOfEnd, type Grant, type UnitOfWork } from "../../src/change-requests/index.ts";
import { createAuditReader } from "../../src/persistence/index.ts";
import { stopDatabaseClock } from "../support/database-clock.ts";
import { someFacts, someNewRequest, someTarget } from "../support/domain-objects.ts";
import { revokerBetween } from "../support/stub-revoker.ts";
import { openQueueStore, type QueueStore, type Replica, untilBlocked } from "../support/test-store.ts";
import { type IncydrBench, startIncydrBench } from "../unit/subjects/incydr-bench.ts";

const NADIA = "nadia.petrov@harborlight.example";
const OWN = ["Desktop User", "PROe User"];
const HOUR_MS = 3_600_000;
const BEGIN = new Date("2026-11-01T10:00:00Z");
const ROLES = {
  alerts: { id: "alert-emails", name: "Alert Emails" },
  watchlists: { id: "watchlist-manager", name: "Watchlist Manager" },
};

let store: QueueStore;
let other: Replica;
let bench: IncydrBench;
let now = BEGIN;
const clock = { now: () => now, sleep: () => Promise.resolve() };
const setHours = (hours: number) => setClock(new Date(BEGIN.getTime() + hours * HOUR_MS));
/** Sets the bot's clock and the database's. */
async function setClock(at: Date): Promise<void> {
  now = at;
  await stopDatabaseClock(store.database.lockPool, at);
}

beforeAll(async () => {
  store = await openQueueStore();
  other = store.openReplica();
  bench = await startIncydrBench();
});
beforeEach(async () => {
  bench.simulator.control.reset();
  await setHours(0);
  await store.empty();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

const revokerOn = (replica: Replica, options: { readOnly?: boolean; isDown?: boolean } = {}) =>
  revokerBetween(bench, replica, { clock, ...options });

/** A request that gave Nadia these roles at ten o'clock; she holds them. */
async function granted(hours: number, roles = [ROLES.alerts]): Promise<number> {
  const { userId } = bench.simulator.tenant.user(NADIA);
  bench.simulator.control.edit.setRoles(NADIA, [...OWN, ...roles.map(({ name }) => name)]);
  const facts = someFacts({ userId });
  const targets = [someTarget({ facts, state: "verified" })];
  const change = { kind: "add_roles", roles, grantHours: hours } as const;
  return store.uow.run(async (tx) => {
    const { id } = await tx.requests.insert(someNewRequest({ state: "done", change, targets }));
    const endsAt = new Date(BEGIN.getTime() + hours * HOUR_MS);
    await tx.grants.insert(roles.map((role) => ({ requestId: id, userId, role, grantedAt: BEGIN, endsAt })));
    return id;
  });
}

const grantsOf = (id: number) => store.uow.run((tx) => tx.grants.ofRequest(id));
const heldNow = () => [...bench.simulator.tenant.rolesOf(NADIA)].sort();
const writes = () => bench.simulator.writeLog().filter(({ applied }) => applied).length;

async function auditKinds(): Promise<string[]> {
  const kinds: string[] = [];
  for await (const { kind } of createAuditReader(store.database.db).all()) kinds.push(kind);
  return kinds;
}

/** In how many hours the jobs that wait are woken, the first to be left first. */
async function hoursUntilWoken(): Promise<number[]> {
  const { rows } = await store.database.lockPool.query(
    `select extract(epoch from start_after - created_on)::float as seconds from pgboss.job
     order by created_on, name, id`,
  );
  return rows.map(({ seconds }) => Math.round(seconds) / 3_600);
}

/** As a process left it that died between the intent and the read-back. */
async function interrupt(id: number, at: Date): Promise<void> {
  await store.uow.run(async (tx) => {
    for (const grant of await tx.grants.ofRequest(id)) {
      const intent = { at, deadlineAt: new Date(at.getTime() + 20_000) };
      await tx.grants.update(grant, { state: "revoking", intent });
    }
  });
}

test("an end that wakes two replicas at once, and one of them again, takes the role away once", async () => {
  const id = await granted(1);
  await setHours(1);
  const [here, there] = [revokerOn(store), revokerOn(other)];
  await Promise.all([here.end(id), there.end(id)]);
  await here.end(id);
  expect(writes()).toBe(1);
  expect(heldNow()).toEqual(["desktop-user", "proe-user"]);
  expect(await auditKinds()).toEqual(["grant.revoking", "grant.revoked"]);
});

test("a freeze that comes between the claim and its removal stops the removal, and leaves no intent", async () => {
  const id = await granted(1);
  await setHours(1);
  const freezeOnceClaimed: UnitOfWork = {
    ...store.uow,
    async run(work) {
      const result = await store.uow.run(work);
      const isClaimed = (await grantsOf(id)).some(({ intent }) => intent !== null);
      const by = { slackUserId: "U0THEO", email: null };
      if (isClaimed) await store.uow.run((tx) => tx.freeze.set({ by, at: now, reason: null }));
      return result;
    },
  };
  await revokerOn({ ...store, uow: freezeOnceClaimed }).end(id);
  expect(writes()).toBe(0);
  expect(heldNow()).toContain("alert-emails");
  expect(await grantsOf(id)).toMatchObject([{ state: "revoking", waitingFor: "freeze", intent: null }]);
});

test("a warning that wakes two replicas at once is given once", async () => {
  const id = await granted(8);
  await setHours(7);
  const warnOn = ({ uow }: Replica) => createWarnOfEnd({ uow, clock });
  await Promise.all([warnOn(store)(id), warnOn(other)(id)]);
  await warnOn(store)(id);
  expect(await auditKinds()).toEqual(["grant.warned"]);
  expect(await store.waiting()).toContainEqual({ kind: "announce", requestId: id, topic: "grants_end_soon" });
});

test("a change that settles and a warning about the same role wait for each other in one order", async () => {
  const id = await granted(8);
  await setHours(7);
  const steps = createExecutionSteps({ uow: store.uow, clock });
  const { userId } = bench.simulator.tenant.user(NADIA);
  const change = { kind: "add_roles", roles: [ROLES.alerts] } as const;
  const intent = { at: now, deadlineAt: now };
  const executing = await store.uow.run(async (tx) => {
    const targets = [someTarget({ facts: someFacts({ userId }) })];
    const request = await tx.requests.insert(someNewRequest({ state: "executing", change, targets }));
    await tx.requests.updateTarget(request.id, 0, { state: "executing", intent });
    return tx.requests.get(request.id);
  });
  if (!executing) throw new Error("It was just stored.");
  // Whoever appends to the audit log waits for this: the settling first.
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
  await revokerOn(store).end(id);
  await createWarnOfEnd({ uow: store.uow, clock })(id);
  expect(writes()).toBe(0);
  expect(await auditKinds()).toEqual([]);
  expect(await store.waiting()).toEqual([
    { kind: "end_grants", requestId: id },
    { kind: "warn_of_end", requestId: id },
  ]);
  expect(await hoursUntilWoken()).toEqual([7, 5]);
});

test("what has all but come is put off by a second", async () => {
  const id = await granted(8);
  await setClock(new Date(BEGIN.getTime() + 8 * HOUR_MS - 1));
  await revokerOn(store).end(id);
  const [hours = 0] = await hoursUntilWoken();
  expect(Math.round(hours * 3_600)).toBe(1);
});

test("a removal that was interrupted is read before anything else is sent, and not while it may be on its way", async () => {
  const id = await granted(1);
  await setHours(1);
  await interrupt(id, now);
  await revokerOn(store).end(id);
  expect(writes()).toBe(0);
  expect(await grantsOf(id)).toMatchObject([{ state: "revoking", waitingFor: "incydr" }]);

  await setHours(1.1);
  await revokerOn(store).end(id);
  expect(writes()).toBe(1);
  expect(await grantsOf(id)).toMatchObject([{ state: "revoked" }]);
});

test("an interrupted removal that had its effect is not sent again", async () => {
  const id = await granted(1);
  await setHours(1);
  await interrupt(id, now);
  bench.simulator.control.edit.setRoles(NADIA, OWN);
  await revokerOn(store).end(id);
  expect(writes()).toBe(0);
  expect(await grantsOf(id)).toMatchObject([{ state: "revoked", endedAt: now }]);
});

test("of several roles only those that are there are taken away, and the others are known to be gone", async () => {
  const id = await granted(1, [ROLES.alerts, ROLES.watchlists]);
  bench.simulator.control.edit.setRoles(NADIA, [...OWN, "Alert Emails"]);
  await setHours(1);
  await revokerOn(store).end(id);
  expect(await grantsOf(id)).toMatchObject([
    { role: ROLES.alerts, state: "revoked" },
    { role: ROLES.watchlists, state: "superseded", explanation: expect.stringContaining("gone already") },
  ]);
  expect(heldNow()).toEqual(["desktop-user", "proe-user"]);
});

test("two grants of one role end with the later one, and at once if both end at once", async () => {
  const [first, second, third] = [await granted(1), await granted(2), await granted(2)];
  const revoker = revokerOn(store);
  await setHours(1);
  await revoker.end(first);
  expect(await grantsOf(first)).toMatchObject([{ state: "superseded" }]);
  expect(writes()).toBe(0);
  await setHours(2);
  await revoker.end(second);
  await revoker.end(third);
  expect([...(await grantsOf(second)), ...(await grantsOf(third))].map(({ state }) => state)).toEqual([
    "superseded",
    "revoked",
  ]);
  expect(writes()).toBe(1);
});

test("attempts that fail are counted and come at ever longer intervals, until one succeeds", async () => {
  const id = await granted(1);
  await setHours(1);
  bench.simulator.control.forbid("PUT /v1/users/**");
  const pauses: number[] = [];
  for (let attempt = 1; attempt <= 4; attempt++) {
    pauses.push(await pauseAfter(id));
  }
  expect(pauses).toEqual([5, 10, 20, 40]);
  const [failing] = await grantsOf(id);
  expect(failing).toMatchObject({ state: "revoking", failedAttempts: 4, failingSince: now, intent: null });
  // One message to those who lead is planned, however many attempts fail.
  const planned = (await store.waiting()).filter(({ kind }) => kind === "remind");
  expect(planned).toEqual([{ kind: "remind", requestId: id, step: "revocation" }]);

  bench.simulator.control.clearFaults();
  await revokerOn(store).end(id);
  expect(await grantsOf(id)).toMatchObject([{ state: "revoked" }] satisfies Partial<Grant>[]);
  expect(await auditKinds()).toEqual([
    "grant.revoking",
    ...Array<string>(4).fill("grant.attempt_failed"),
    "grant.revoked",
  ]);
});

/** Tries to end a request's grants; resolves to the seconds until the next try. */
async function pauseAfter(id: number, options: { isDown?: boolean } = {}): Promise<number> {
  await revokerOn(store, options).end(id);
  const { rows } = await store.database.lockPool.query(
    "select round(extract(epoch from wake_at - current_instant()))::int as seconds from grants",
  );
  return rows[0].seconds;
}

/** Lets so many attempts have failed; `refused` of them were answered by Incydr. */
const haveFailed = (failed: number, refused: number) =>
  store.database.lockPool.query(
    `update grants set failed_attempts = ${failed}, refused_attempts = ${refused}`,
  );

test("a removal that Incydr has refused twenty times is tried once a day, and one that it can't be asked for half-hourly", async () => {
  const id = await granted(1);
  await setHours(1);
  bench.simulator.control.addFault({ kind: "status", status: 400, on: "PUT /v1/users/**" });
  await pauseAfter(id);
  await haveFailed(18, 18);
  expect(await pauseAfter(id)).toBe(30 * 60);
  expect(await pauseAfter(id, { isDown: true })).toBe(30 * 60);
  expect(await pauseAfter(id)).toBe(24 * 3_600);
  expect(await pauseAfter(id, { isDown: true })).toBe(30 * 60);
  expect(await pauseAfter(id)).toBe(24 * 3_600);
});

test("attempts during an outage bring the daily pace of a refused removal no nearer", async () => {
  const id = await granted(1);
  await setHours(1);
  await haveFailed(40, 0);
  expect(await pauseAfter(id, { isDown: true })).toBe(30 * 60);
  bench.simulator.control.addFault({ kind: "status", status: 400, on: "PUT /v1/users/**" });
  expect(await pauseAfter(id)).toBe(30 * 60);
  expect(await grantsOf(id)).toMatchObject([{ failedAttempts: 42, refusedAttempts: 1 }]);
});

test("a removal for which the API client lacks the permission is tried half-hourly, however often it failed", async () => {
  const id = await granted(1);
  await setHours(1);
  await haveFailed(40, 19);
  bench.simulator.control.forbid("PUT /v1/users/**");
  expect(await pauseAfter(id)).toBe(30 * 60);
  expect(await grantsOf(id)).toMatchObject([{ failedAttempts: 41, refusedAttempts: 19, intent: null }]);
});

test("an end that comes while Incydr is down has failed until it can be read, and comes true then", async () => {
  const id = await granted(1);
  await setHours(1);
  await revokerOn(store, { isDown: true }).end(id);
  expect(await grantsOf(id)).toMatchObject([
    { state: "revoking", failedAttempts: 1, explanation: "Incydr can't be read at the moment." },
  ]);
  expect(writes()).toBe(0);
  await revokerOn(store).end(id);
  expect(await grantsOf(id)).toMatchObject([{ state: "revoked", explanation: null }]);
});

test("READ_ONLY puts the end off, says so, and the next start without it takes the role away", async () => {
  const id = await granted(1);
  await setHours(2);
  await revokerOn(store, { readOnly: true }).end(id);
  expect(await grantsOf(id)).toMatchObject([{ state: "revoking", waitingFor: "freeze" }]);
  expect(writes()).toBe(0);
  expect(await store.uow.run((tx) => tx.grants.due(now))).toEqual([id]);
  await revokerOn(store).end(id);
  expect(await grantsOf(id)).toMatchObject([{ state: "revoked" }]);
});

test("whoever waited for the turn to claim sees the removal that was claimed meanwhile", async () => {
  const id = await granted(1);
  const { userId } = bench.simulator.tenant.user(NADIA);
  const claimed = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const claiming = store.uow.run(async (tx) => {
    await tx.grants.lockClaims(userId, now);
    begun.resolve();
    await claimed.promise;
    const [grant] = await tx.grants.ofRequest(id);
    if (!grant) throw new Error("There is no grant.");
    const deadlineAt = new Date(now.getTime() + 20_000);
    await tx.grants.update(grant, { state: "revoking", intent: { at: now, deadlineAt } });
  });
  await begun.promise;
  const waiting = store.uow.run((tx) => tx.grants.lockClaims(userId, now));
  // The turn is over, however the wait ends.
  await store.untilWaitedFor().finally(claimed.resolve);
  await claiming;
  expect(await waiting).toBe(true);
});

test("no other write to the subject is claimed while a removal may be on its way, nor a removal during another write", async () => {
  const id = await granted(1);
  const { userId } = bench.simulator.tenant.user(NADIA);
  const turn = (at: Date) => store.uow.run((tx) => tx.grants.lockClaims(userId, at));
  expect(await turn(now)).toBe(false);
  await interrupt(id, now);
  expect(await turn(now)).toBe(true);
  // After its deadline it can't arrive any more, and an emergency needn't wait for the next attempt.
  expect(await turn(new Date(now.getTime() + 20_000))).toBe(false);

  await store.database.lockPool.query("update grants set intent_at = null, intent_deadline_at = null");
  const facts = someFacts({ userId });
  const intent = { at: now, deadlineAt: now };
  await store.uow.run(async (tx) => {
    const busy = await tx.requests.insert(
      someNewRequest({ state: "executing", targets: [someTarget({ facts })] }),
    );
    await tx.requests.updateTarget(busy.id, 0, { state: "executing", intent });
  });
  await setHours(1);
  await revokerOn(store).end(id);
  expect(writes()).toBe(0);
  expect(await grantsOf(id)).toMatchObject([{ state: "revoking", waitingFor: "subject" }]);
});

test("a role counts as temporary while a change was written if a grant gave it then, whoever ended the grant and when", async () => {
  const id = await granted(8, [ROLES.alerts, ROLES.watchlists]);
  const { userId } = bench.simulator.tenant.user(NADIA);
  const at = (hours: number) => new Date(BEGIN.getTime() + hours * HOUR_MS);
  const end = (role: (typeof ROLES)["alerts"], hours: number) =>
    store.uow.run((tx) =>
      tx.grants.update({ requestId: id, role }, { state: "revoked", endedAt: at(hours) }),
    );
  const temporary = async (from: number, to: number) =>
    (await store.uow.read(({ grants }) => grants.temporaryBetween(userId, at(from), at(to)))).map(
      ({ id }) => id,
    );
  await end(ROLES.alerts, 2);
  expect(await temporary(1, 3)).toEqual(expect.arrayContaining([ROLES.alerts.id, ROLES.watchlists.id]));
  // It was over before; and before that it hadn't begun.
  expect(await temporary(3, 4)).toEqual([ROLES.watchlists.id]);
  expect(await temporary(-2, -1)).toEqual([]);
});
