import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import type { UnitOfWork } from "../../src/change-requests/index.ts";
import { createFreezeSwitch } from "../../src/change-requests/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { createAuditReader, createDatabaseClock, createInstantReader } from "../../src/persistence/index.ts";
import { type ExecutionBench, useExecutionBench } from "../support/execution-bench.ts";
import { realPolicies } from "../support/stub-executor.ts";
import type { Replica } from "../support/test-store.ts";
import { createManualClock } from "../unit/incydr/manual-clock.ts";
import type { IncydrBench } from "../unit/subjects/incydr-bench.ts";

const NADIA = "nadia.petrov@harborlight.example";
const SAM = "sam.ortega@harborlight.example";

const current = useExecutionBench();
let { store, other, bench, executorOn, approved, stored } = {} as ExecutionBench;
beforeEach(() => {
  ({ store, other, bench, executorOn, approved, stored } = current());
});

async function freezeSwitchOn({ uow }: Replica) {
  return createFreezeSwitch({ ...(await realPolicies()), uow, clock: systemClock, readOnly: false });
}

async function auditKinds(): Promise<string[]> {
  const kinds: string[] = [];
  for await (const { kind } of createAuditReader(store.database.db).all()) kinds.push(kind);
  return kinds;
}

const EXECUTED = ["request.executing", "target.executing", "target.verified", "request.done"];

test("executing a request twice, at once on two replicas and once more, writes once", async () => {
  const id = await approved(NADIA);
  const [here, there] = [await executorOn(store), await executorOn(other)];
  await Promise.all([here.execute(id), there.execute(id), here.settle(id)]);
  await there.execute(id);
  expect(bench.simulator.writeLog()).toMatchObject([{ kind: "deactivate", applied: true }]);
  expect(await auditKinds()).toEqual(EXECUTED);
  expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "verified", attempts: 1 }] });
});

test("two changes to one subject don't interleave: the second reads what the first has written", async () => {
  const [first, second] = [await approved(NADIA), await approved(NADIA)];
  const [here, there] = [await executorOn(store), await executorOn(other)];
  const answer = bench.simulator.control.hold("POST /v1/users/*/deactivate", { when: "after" });
  const executing = here.execute(first);
  await answer.arrived;
  const waiting = there.execute(second);
  await store.untilWaitedFor();
  answer.release();
  await Promise.all([executing, waiting]);
  expect(bench.simulator.writeLog()).toHaveLength(1);
  expect((await stored(first)).targets[0]?.state).toBe("verified");
  expect((await stored(second)).targets[0]?.state).toBe("already");
});

test("a change waits while a role that was given for a limited time may be on its way out", async () => {
  const id = await approved(NADIA);
  const { userId } = bench.simulator.tenant.user(NADIA);
  const [role, at] = [{ id: "alert-emails", name: "Alert Emails" }, new Date()];
  await store.uow.run(async (tx) => {
    const temporary = { requestId: id, userId, role, grantedAt: new Date(0), endsAt: at };
    await tx.grants.insert([temporary]);
    const deadlineAt = new Date(at.getTime() + 60_000);
    await tx.grants.update(temporary, { state: "revoking", intent: { at, deadlineAt } });
  });
  await (await executorOn(store)).execute(id);
  expect(bench.simulator.writeLog()).toEqual([]);
  expect(await stored(id)).toMatchObject({ state: "approved", waitingFor: "subject" });
});

test("changes to two subjects don't wait for each other", async () => {
  const [nadia, sam] = [await approved(NADIA), await approved(SAM)];
  const executor = await executorOn(store);
  const { userId } = bench.simulator.tenant.user(NADIA);
  const held = bench.simulator.control.hold(`POST /v1/users/${userId}/deactivate`);
  const executing = executor.execute(nadia);
  await held.arrived;
  await executor.execute(sam);
  expect(await stored(sam)).toMatchObject({ state: "done" });
  held.release();
  await executing;
});

test("a command that is delivered again, to another replica too, neither lifts a later freeze nor freezes anew", async () => {
  const [here, there] = [await freezeSwitchOn(store), await freezeSwitchOn(other)];
  const [refused, froze, unfroze] = [randomUUID(), randomUUID(), randomUUID()];
  const isFrozen = async () => (await store.uow.read(({ freeze }) => freeze.read())) !== null;
  // It came to nothing when it was typed; that it would be carried out later is no less wrong.
  await expect(here.unfreeze("U0THEO", refused)).rejects.toMatchObject({ data: { why: "not_frozen" } });
  await here.freeze("U0THEO", null, froze);
  expect(await there.unfreeze("U0THEO", refused)).toBe("repeated");
  expect(await isFrozen()).toBe(true);
  await here.unfreeze("U0THEO", unfroze);
  expect(await there.freeze("U0THEO", null, froze)).toBe("repeated");
  expect(await isFrozen()).toBe(false);
  await here.freeze("U0THEO", null, randomUUID());
  expect(await there.unfreeze("U0THEO", unfroze)).toBe("repeated");
  expect(await isFrozen()).toBe(true);
  await here.unfreeze("U0THEO", randomUUID());
});

test("nothing is written while writes are frozen, and everything goes on afterwards", async () => {
  const id = await approved(NADIA);
  const [executor, freezeSwitch] = [await executorOn(store), await freezeSwitchOn(other)];
  await freezeSwitch.freeze("U0THEO", "Token leaked", randomUUID());
  await executor.execute(id);
  expect(bench.simulator.writeLog()).toEqual([]);
  expect(await stored(id)).toMatchObject({ state: "approved", waitingFor: "freeze" });
  await freezeSwitch.unfreeze("U0THEO", randomUUID());
  await executor.execute(id);
  expect(await stored(id)).toMatchObject({ state: "done", waitingFor: null });
});

test("a freeze that comes while the subject is read still stops the write", async () => {
  const id = await approved(NADIA);
  const [executor, freezeSwitch] = [await executorOn(store), await freezeSwitchOn(other)];
  const read = bench.simulator.control.hold("GET /v1/users/*", { when: "after" });
  const executing = executor.execute(id);
  await read.arrived;
  await freezeSwitch.freeze("U0THEO", null, randomUUID());
  read.release();
  await executing;
  expect(bench.simulator.writeLog()).toEqual([]);
  expect(await stored(id)).toMatchObject({ state: "approved", waitingFor: "freeze" });
});

test("a pause that comes while the subject is read keeps the target from being claimed", async () => {
  const id = await approved(NADIA);
  const executor = await executorOn(store);
  const read = bench.simulator.control.hold("GET /v1/users/*", { when: "after" });
  const executing = executor.execute(id);
  await read.arrived;
  await store.uow.run((tx) => tx.requests.update(id, { paused: true }));
  read.release();
  await executing;
  expect(bench.simulator.writeLog()).toEqual([]);
  expect(await stored(id)).toMatchObject({
    state: "approved",
    targets: [{ state: "waiting", intent: null }],
  });
});

test("no claim commits after a freeze, however many executions there are at once", async () => {
  const names = bench.simulator.tenant.users.filter((user) => user.active && user.username).slice(20, 32);
  const ids: number[] = [];
  for (const { username } of names) ids.push(await approved(username ?? ""));
  const [here, there, freezeSwitch] = [
    await executorOn(store),
    await executorOn(other),
    await freezeSwitchOn(other),
  ];
  const executions = ids.map((id, index) => (index % 2 ? here : there).execute(id));
  // One has claimed, the others are anywhere on their way.
  await Promise.race(executions);
  await freezeSwitch.freeze("U0THEO", null, randomUUID());
  await Promise.all(executions);
  const kinds = await auditKinds();
  expect(kinds).toContain("target.executing");
  expect(kinds.slice(kinds.indexOf("writes.frozen"))).not.toContain("target.executing");
  // Not more than were claimed; of those a freeze stops what isn't sent yet.
  const [claimed, released] = ["target.executing", "target.waiting"].map(
    (wanted) => kinds.filter((kind) => kind === wanted).length,
  );
  expect(bench.simulator.writeLog()).toHaveLength(Number(claimed) - Number(released));
});

test("a configuration that is read-only writes nothing, ever", async () => {
  const id = await approved(NADIA);
  const executor = await executorOn(store, { readOnly: true });
  await executor.execute(id);
  await executor.settle(id);
  expect(bench.simulator.writeLog()).toEqual([]);
  expect(await stored(id)).toMatchObject({ state: "approved", waitingFor: "freeze" });
});

test("a replica that lost the subject's lock claims nothing", async () => {
  const id = await approved(NADIA);
  const executor = await executorOn(store);
  const read = bench.simulator.control.hold("GET /v1/users/*", { when: "after" });
  const executing = executor.execute(id);
  await read.arrived;
  await other.database.lockPool.query(
    "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())",
  );
  read.release();
  await expect(executing).rejects.toThrow();
  expect(bench.simulator.writeLog()).toEqual([]);
  expect(await stored(id)).toMatchObject({ state: "approved", targets: [{ state: "waiting" }] });
});

test("a claimed write whose executor died is read before it is sent again, and not sent while it may be under way", async () => {
  const clock = createManualClock();
  const id = await approved(NADIA);
  const at = clock.now();
  await store.uow.run(async (tx) => {
    await tx.requests.update(id, { state: "executing" });
    const intent = { at, deadlineAt: new Date(at.getTime() + 20_000) };
    await tx.requests.updateTarget(id, 0, { state: "executing", attempts: 1, intent });
  });
  const executor = await executorOn(store, { clock });
  await executor.execute(id);
  await clock.advance(19_999);
  await executor.execute(id);
  expect(bench.simulator.writeLog()).toEqual([]);
  await clock.advance(1);
  await executor.execute(id);
  expect(bench.simulator.writeLog()).toHaveLength(1);
  expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "verified", attempts: 2 }] });
});

test("a write may take no longer than the deadline that was stored with its claim", async () => {
  const clock = createManualClock();
  const id = await approved(NADIA);
  const deadlines: (number | undefined)[] = [];
  const users: IncydrBench["users"] = {
    ...bench.users,
    deactivate: (userId, options) => {
      deadlines.push(options?.deadlineMs);
      return bench.users.deactivate(userId, options);
    },
  };
  // The claim's transaction takes a long time to be confirmed.
  const slow = async () => {
    const isClaimed = (await stored(id)).targets[0]?.state === "executing";
    if (isClaimed && deadlines.length === 0) await clock.advance(15_000);
  };
  const uow: UnitOfWork = {
    ...store.uow,
    run: async (work) => {
      const result = await store.uow.run(work);
      await slow();
      return result;
    },
  };
  await (await executorOn({ uow, withLock: store.withLock }, { clock, users })).execute(id);
  expect(deadlines).toEqual([5_000]);
  expect(await stored(id)).toMatchObject({ state: "done" });
});

test("a claimed write that did arrive is verified by reading alone", async () => {
  const id = await approved(NADIA);
  await store.uow.run(async (tx) => {
    await tx.requests.update(id, { state: "executing" });
    const intent = { at: new Date(), deadlineAt: new Date(Date.now() + 20_000) };
    await tx.requests.updateTarget(id, 0, { state: "executing", attempts: 1, intent });
  });
  bench.simulator.control.edit.setActive(NADIA, false);
  await (await executorOn(store)).execute(id);
  expect(bench.simulator.writeLog()).toEqual([]);
  expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "verified" }] });
});

test("a request that has to wait leaves one job that tries again, however often it is tried meanwhile", async () => {
  const id = await approved(NADIA);
  const tries = async () =>
    (await store.waiting()).filter((job) => job.kind === "execute" && job.requestId === id).length;
  bench.simulator.control.forbid("GET /v1/users/**");
  const executor = await executorOn(store);
  for (let count = 0; count < 3; count++) await executor.execute(id);
  expect(await stored(id)).toMatchObject({ state: "approved", waitingFor: "incydr" });
  expect(await tries()).toBe(1);
});

test.each([-600_000, 600_000])(
  "a job that is woken leaves another one for later, once, though the machine's clock is %i ms off",
  async (offMs) => {
    const id = await approved(NADIA);
    bench.simulator.control.forbid("GET /v1/users/**");
    const pool = store.database.lockPool;
    const machine = { ...systemClock, now: () => new Date(Date.now() + offMs) };
    const clock = createDatabaseClock({ readInstantMs: createInstantReader(pool), machine });
    await clock.measure();
    const executor = await executorOn(store, { clock });
    await executor.execute(id);
    const left = async () =>
      (
        await pool.query(
          "select extract(epoch from start_after - created_on)::float as s from pgboss.job where name = 'execute'",
        )
      ).rows.map(({ s }) => s > 0 && s < 60);
    expect(await left()).toEqual([true]);
    // Its time comes.
    await pool.query("delete from pgboss.job where name = 'execute'");
    await pool.query("update change_requests set wake_at = current_instant()");
    await executor.execute(id);
    expect(await left()).toEqual([true]);
  },
);

test("a write whose outcome is unknown is looked at again, though an execution was to be tried later", async () => {
  const id = await approved(NADIA);
  const executor = await executorOn(store);
  const unreadable = bench.simulator.control.forbid("GET /v1/users/**");
  await executor.execute(id);
  unreadable.remove();
  bench.simulator.control.loseAnswers();
  const write = bench.simulator.control.hold("POST /v1/users/*/deactivate");
  const executing = executor.execute(id);
  await write.arrived;
  bench.simulator.control.forbid("GET /v1/users/**");
  write.release();
  await executing;
  expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "unknown" }] });
  expect(await store.waiting()).toContainEqual({ kind: "settle", requestId: id });
});

test("an outcome that is unknown stays so until its write can't be on its way any more, whatever is read before", async () => {
  const clock = createManualClock();
  const id = await approved(NADIA);
  const deadlineAt = new Date(clock.now().getTime() + 20_000);
  await store.uow.run(async (tx) => {
    await tx.requests.update(id, { state: "done" });
    const intent = { at: clock.now(), deadlineAt };
    await tx.requests.updateTarget(id, 0, { state: "unknown", attempts: 1, intent });
  });
  const executor = await executorOn(store, { clock });
  const unreadable = bench.simulator.control.forbid("GET /v1/users/**");
  await executor.settle(id).catch(() => {});
  unreadable.remove();
  await clock.advance(10_000);
  // Nadia can be read now, and is as she was.
  await executor.settle(id);
  expect((await stored(id)).targets[0]?.state).toBe("unknown");
  const { rows } = await store.database.lockPool.query(
    "select settle_at from change_requests where id = $1",
    [id],
  );
  expect(rows).toEqual([{ settle_at: deadlineAt }]);
  await clock.advance(10_000);
  await executor.settle(id);
  expect((await stored(id)).targets[0]?.state).toBe("failed");
});

test.each(["pending", "stale", "denied", "cancelled", "expired", "done"] as const)(
  "a request that is %s is never written",
  async (state) => {
    const id = await approved(NADIA, { state });
    const executor = await executorOn(store);
    await executor.execute(id);
    await executor.settle(id);
    expect(bench.simulator.writeLog()).toEqual([]);
    expect(await auditKinds()).toEqual([]);
  },
);

test("a request whose time was up before its turn came expires, and is not written", async () => {
  const id = await approved(NADIA, { decideBy: new Date("2026-01-01") });
  await (await executorOn(store)).execute(id);
  expect(bench.simulator.writeLog()).toEqual([]);
  expect(await stored(id)).toMatchObject({ state: "expired" });
});
