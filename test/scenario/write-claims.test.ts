import { afterEach, beforeEach, expect, test } from "vitest";
import { createPolicyEngine, loadPolicies } from "../../src/authorization/index.ts";
import { createExecutor, type SubjectLock } from "../../src/change-requests/index.ts";
import { hashSnapshots, snapshotOf } from "../../src/change-requests/model/snapshot.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { createIdentify, createPreflight, createSubjectReader } from "../../src/subjects/index.ts";
import {
  someChannels,
  someDecision,
  someLead,
  someNewRequest,
  somePerson,
  someTarget,
} from "../support/domain-objects.ts";
import { someAuthorizer } from "../support/stub-authorizer.ts";
import { openTestStore, type Replica, type TestStore } from "../support/test-store.ts";
import { directoryOf, type IncydrBench, startIncydrBench } from "../unit/subjects/incydr-bench.ts";

const NADIA = "nadia.petrov@harborlight.example";
let store: TestStore;
let other: Replica;
let bench: IncydrBench;
beforeEach(async () => {
  store = await openTestStore();
  other = store.openReplica();
  bench = await startIncydrBench();
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

async function executorOn({ uow }: Replica, subjectLock: SubjectLock) {
  const directory = directoryOf(somePerson(), someLead());
  const engine = createPolicyEngine(await loadPolicies("policies"));
  return createExecutor({
    isOutage: () => false,
    authorizer: someAuthorizer({ engine, directory }),
    people: {
      directory,
      channels: someChannels(),
      identify: createIdentify({ incydr: bench.incydr, operatorMap: new Map() }),
    },
    users: bench.users,
    subjects: createSubjectReader({ incydr: bench.incydr, protectedUsernames: new Set() }),
    uow,
    subjectLock,
    clock: systemClock,
    readOnly: false,
  });
}

async function approved(role: { id: string; name: string }): Promise<number> {
  const preflight = createPreflight({ incydr: bench.incydr, protectedUsernames: new Set() });
  const facts = await preflight(await bench.user(NADIA));
  const snapshot = snapshotOf("add_roles", facts);
  const request = someNewRequest({
    state: "approved",
    change: { kind: "add_roles", roles: [role] },
    snapshotHash: hashSnapshots([snapshot]),
    targets: [someTarget({ facts, snapshot, slackUserIds: [] })],
  });
  return store.uow.run(async (tx) => {
    const { id } = await tx.requests.insert(request);
    const clickId = crypto.randomUUID();
    await tx.requests.addDecision(id, someDecision({ clickId, snapshotHash: request.snapshotHash }));
    return id;
  });
}

const targetState = async (id: number) =>
  (await store.uow.run((tx) => tx.requests.get(id)))?.targets[0]?.state;

test("two changes to one subject don't interleave when a lock is lost right after it was asserted", async () => {
  const [first, second] = [
    await approved({ id: "alert-emails", name: "Alert Emails" }),
    await approved({ id: "watchlist-manager", name: "Watchlist Manager" }),
  ];
  const there = await executorOn(other, {
    withLock: (userId, work) => other.withLock(`subject ${userId}`, work),
  });
  const put = bench.simulator.control.hold("PUT /v1/users/*/roles", { times: 2 });
  let executing: Promise<void> = Promise.resolve();
  const here = await executorOn(store, {
    withLock: (userId, work) =>
      store.withLock(`subject ${userId}`, (assertHeld) =>
        work(async () => {
          await assertHeld();
          // The database breaks the connection that held the lock; the other replica takes it, and its turn.
          await other.database.lockPool.query(
            `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
             and database = (select oid from pg_database where datname = current_database())`,
          );
          executing = there.execute(second);
          await put.arrived;
        }),
      ),
  });
  const run = here.execute(first).catch(() => {});
  await put.arrived;
  await expect.poll(() => targetState(second)).toBe("executing");
  // The second one's write is held at Incydr, so whatever the first does now, it does meanwhile.
  const began = await expect
    .poll(() => targetState(first), { timeout: 3_000 })
    .toBe("executing")
    .then(
      () => true,
      () => false,
    );
  const meanwhile = await targetState(second);
  put.release();
  await Promise.allSettled([run, executing]);
  expect({ began, second: meanwhile }).toEqual({ began: false, second: "executing" });
});

test("a subject of whom Incydr doesn't say whether they are active isn't verified as deactivated", async () => {
  const incydr = {
    users: {
      getUser: async () => ({ userId: "300000000000000001", username: "a@b.c", active: null }),
      listUserRoles: async () => [],
    },
  } as unknown as Parameters<typeof createSubjectReader>[0]["incydr"]; // all that is asked
  const reader = createSubjectReader({ incydr, protectedUsernames: new Set() });
  await expect(reader.effect("300000000000000001")).rejects.toThrow("doesn't say whether");
});
