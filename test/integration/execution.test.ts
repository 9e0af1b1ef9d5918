import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createFreezeSwitch, type UnitOfWork } from "../../src/change-requests/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { createDatabaseClock, createInstantReader } from "../../src/persistence/index.ts";
import { NADIA, useExecutionBench } from "../support/execution-bench.ts";
import { ALERTS, auditKinds } from "../support/stored-rows.ts";
import { realPolicies } from "../support/stub-executor.ts";
import type { Replica } from "../support/test-store.ts";
import { createManualClock } from "../unit/incydr/manual-clock.ts";
import type { IncydrBench } from "../unit/subjects/incydr-bench.ts";

const SAM = "sam.ortega@harborlight.example";

const { store, other, bench, executorOn, execute, approved, interrupt, stored } = useExecutionBench();

const writes = () => bench.simulator.writeLog();

async function freezeSwitchOn({ uow }: Replica) {
  return createFreezeSwitch({ ...(await realPolicies()), uow, clock: systemClock, readOnly: false });
}

/** Begins to execute a request, and lets this happen after its subject was read and before Incydr's answer arrives. */
async function whileSubjectIsRead(id: number, meanwhile: () => Promise<unknown>): Promise<void> {
  const read = bench.simulator.control.hold("GET /v1/users/*", { when: "after" });
  const executing = execute(id);
  await read.arrived;
  await meanwhile();
  read.release();
  await executing;
}

test("executing a request twice, at once on two replicas and once more, writes once", async () => {
  const id = await approved();
  const [here, there] = [await executorOn(store), await executorOn(other)];
  await Promise.all([here.execute(id), there.execute(id), here.settle(id)]);
  await there.execute(id);
  expect(writes()).toMatchObject([{ kind: "deactivate", applied: true }]);
  expect(await auditKinds(store)).toEqual([
    "request.executing",
    "target.executing",
    "target.verified",
    "request.done",
  ]);
  expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "verified", attempts: 1 }] });
});

test("two changes to one subject don't interleave: the second reads what the first has written", async () => {
  const [first, second] = [await approved(), await approved()];
  const [here, there] = [await executorOn(store), await executorOn(other)];
  const answer = bench.simulator.control.hold("POST /v1/users/*/deactivate", { when: "after" });
  const executing = here.execute(first);
  await answer.arrived;
  const waiting = there.execute(second);
  await store.untilWaitedFor();
  answer.release();
  await Promise.all([executing, waiting]);
  expect(writes()).toHaveLength(1);
  expect((await stored(first)).targets[0]?.state).toBe("verified");
  expect((await stored(second)).targets[0]?.state).toBe("already");
});

test("a change waits while the removal of a temporary role from its subject may be on its way", async () => {
  const id = await approved();
  const { userId } = bench.simulator.tenant.user(NADIA);
  const at = new Date();
  await store.uow.run(async (tx) => {
    const temporary = { requestId: id, userId, role: ALERTS, grantedAt: new Date(0), endsAt: at };
    await tx.grants.insert([temporary]);
    const deadlineAt = new Date(at.getTime() + 60_000);
    await tx.grants.update(temporary, { state: "revoking", intent: { at, deadlineAt } });
  });
  await execute(id);
  expect(writes()).toEqual([]);
  expect(await stored(id)).toMatchObject({ state: "approved", waitingFor: "subject" });
});

test("changes to two subjects don't wait for each other", async () => {
  const [nadia, sam] = [await approved(), await approved({}, SAM)];
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

test("a freeze command that is delivered again neither lifts a later freeze nor freezes anew, on any replica", async () => {
  const [here, there] = [await freezeSwitchOn(store), await freezeSwitchOn(other)];
  const [refused, froze, unfroze] = [randomUUID(), randomUUID(), randomUUID()];
  const isFrozen = async () => (await store.uow.read(({ freeze }) => freeze.read())) !== null;
  // The command had no effect when it was typed. It must have no effect later either.
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

test("the executor writes nothing while changes are frozen, and goes on afterwards", async () => {
  const id = await approved();
  const freezeSwitch = await freezeSwitchOn(other);
  await freezeSwitch.freeze("U0THEO", "Token leaked", randomUUID());
  await execute(id);
  expect(writes()).toEqual([]);
  expect(await stored(id)).toMatchObject({ state: "approved", waitingFor: "freeze" });
  await freezeSwitch.unfreeze("U0THEO", randomUUID());
  await execute(id);
  expect(await stored(id)).toMatchObject({ state: "done", waitingFor: null });
});

test("a freeze that comes while the subject is read still stops the write", async () => {
  const id = await approved();
  const freezeSwitch = await freezeSwitchOn(other);
  await whileSubjectIsRead(id, () => freezeSwitch.freeze("U0THEO", null, randomUUID()));
  expect(writes()).toEqual([]);
  expect(await stored(id)).toMatchObject({ state: "approved", waitingFor: "freeze" });
});

test("a pause that comes while the subject is read keeps the target from being claimed", async () => {
  const id = await approved();
  await whileSubjectIsRead(id, () => store.uow.run((tx) => tx.requests.update(id, { paused: true })));
  expect(writes()).toEqual([]);
  expect(await stored(id)).toMatchObject({
    state: "approved",
    targets: [{ state: "waiting", intent: null }],
  });
});

test("a replica that lost the subject's lock claims nothing", async () => {
  const id = await approved();
  const endConnection =
    "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())";
  const executing = whileSubjectIsRead(id, () => other.database.lockPool.query(endConnection));
  await expect(executing).rejects.toThrow();
  expect(writes()).toEqual([]);
  expect(await stored(id)).toMatchObject({ state: "approved", targets: [{ state: "waiting" }] });
});

test("no claim commits after a freeze, however many executions there are at once", async () => {
  const names = bench.simulator.tenant.users.filter((user) => user.active && user.username).slice(20, 32);
  const ids: number[] = [];
  for (const { username } of names) ids.push(await approved({}, username ?? ""));
  const [here, there] = [await executorOn(store), await executorOn(other)];
  const freezeSwitch = await freezeSwitchOn(other);
  const executions = ids.map((id, index) => (index % 2 ? here : there).execute(id));
  // One target is claimed. The other targets may be at any step.
  await Promise.race(executions);
  await freezeSwitch.freeze("U0THEO", null, randomUUID());
  await Promise.all(executions);
  const kinds = await auditKinds(store);
  expect(kinds).toContain("target.executing");
  expect(kinds.slice(kinds.indexOf("writes.frozen"))).not.toContain("target.executing");
  // At most the claimed targets are written. A freeze also stops claimed writes that are not sent yet.
  const [claimed, released] = ["target.executing", "target.waiting"].map(
    (wanted) => kinds.filter((kind) => kind === wanted).length,
  );
  expect(writes()).toHaveLength(Number(claimed) - Number(released));
});

test("a configuration that is read-only writes nothing, ever", async () => {
  const id = await approved();
  const executor = await executorOn(store, { readOnly: true });
  await executor.execute(id);
  await executor.settle(id);
  expect(writes()).toEqual([]);
  expect(await stored(id)).toMatchObject({ state: "approved", waitingFor: "freeze" });
});

describe("a claimed write whose executor died", () => {
  test("is read before it is sent again, and is not sent while it may be under way", async () => {
    const clock = createManualClock();
    const id = await approved();
    const at = clock.now();
    await interrupt(id, { at, deadlineAt: new Date(at.getTime() + 20_000) });
    await execute(id, { clock });
    await clock.advance(19_999);
    await execute(id, { clock });
    expect(writes()).toEqual([]);
    await clock.advance(1);
    await execute(id, { clock });
    expect(writes()).toHaveLength(1);
    expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "verified", attempts: 2 }] });
  });

  test("is verified by reading alone if it did arrive", async () => {
    const id = await approved();
    await interrupt(id, { at: new Date(), deadlineAt: new Date(Date.now() + 20_000) });
    bench.simulator.control.edit.setActive(NADIA, false);
    await execute(id);
    expect(writes()).toEqual([]);
    expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "verified" }] });
  });
});

test("a write may take no longer than the deadline that was stored with its claim", async () => {
  const clock = createManualClock();
  const id = await approved();
  const deadlines: (number | undefined)[] = [];
  const users: IncydrBench["users"] = {
    ...bench.users,
    deactivate: (userId, options) => {
      deadlines.push(options?.deadlineMs);
      return bench.users.deactivate(userId, options);
    },
  };
  // The commit of the claim takes long.
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

test("a request whose subject can't be read leaves one job that tries again, however often it is tried", async () => {
  const id = await approved();
  bench.simulator.control.forbid("GET /v1/users/**");
  for (let count = 0; count < 3; count++) await execute(id);
  expect(await stored(id)).toMatchObject({ state: "approved", waitingFor: "incydr" });
  expect((await store.waiting()).filter(({ kind }) => kind === "execute")).toEqual([
    { kind: "execute", requestId: id },
  ]);
});

test.each([-600_000, 600_000])(
  "a request whose subject can't be read leaves another job when its job is woken, once, though the machine's clock is %i ms off",
  async (offMs) => {
    const id = await approved();
    bench.simulator.control.forbid("GET /v1/users/**");
    const pool = store.database.lockPool;
    const machine = { ...systemClock, now: () => new Date(Date.now() + offMs) };
    const clock = createDatabaseClock({ readInstantMs: createInstantReader(pool), machine });
    await clock.measure();
    const areDueSoon = async () => {
      const { rows } = await pool.query(
        "select extract(epoch from start_after - created_on)::float as s from pgboss.job where name = 'execute'",
      );
      return rows.map(({ s }) => s > 0 && s < 60);
    };
    await execute(id, { clock });
    expect(await areDueSoon()).toEqual([true]);
    // The request becomes due.
    await pool.query("delete from pgboss.job where name = 'execute'");
    await pool.query("update change_requests set wake_at = current_instant()");
    await execute(id, { clock });
    expect(await areDueSoon()).toEqual([true]);
  },
);

test("a write whose outcome is unknown is looked at again, though an execution was to be tried later", async () => {
  const id = await approved();
  const unreadable = bench.simulator.control.forbid("GET /v1/users/**");
  await execute(id);
  unreadable.remove();
  bench.simulator.control.loseAnswers();
  const write = bench.simulator.control.hold("POST /v1/users/*/deactivate");
  const executing = execute(id);
  await write.arrived;
  bench.simulator.control.forbid("GET /v1/users/**");
  write.release();
  await executing;
  expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "unknown" }] });
  expect(await store.waiting()).toContainEqual({ kind: "settle", requestId: id });
});

test("an outcome stays unknown until its write can't be on its way any more, whatever is read before", async () => {
  const clock = createManualClock();
  const id = await approved();
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
  // Incydr shows Nadia again, without a change.
  await executor.settle(id);
  expect(await stored(id)).toMatchObject({ targets: [{ state: "unknown" }] });
  const { rows } = await store.database.lockPool.query("select settle_at from change_requests");
  expect(rows).toEqual([{ settle_at: deadlineAt }]);
  await clock.advance(10_000);
  await executor.settle(id);
  expect((await stored(id)).targets[0]?.state).toBe("failed");
});

test.each(["pending", "stale", "denied", "cancelled", "expired", "done"] as const)(
  "a request that is %s is never written",
  async (state) => {
    const id = await approved({ state });
    const executor = await executorOn(store);
    await executor.execute(id);
    await executor.settle(id);
    expect(writes()).toEqual([]);
    expect(await auditKinds(store)).toEqual([]);
  },
);
