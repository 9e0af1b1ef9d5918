import { beforeEach, expect, test } from "vitest";
import { IncydrError } from "../../src/incydr/index.ts";
import { someFacts, someTarget } from "../support/domain-objects.ts";
import { type ExecutionBench, useExecutionBench } from "../support/execution-bench.ts";

const NADIA = "nadia.petrov@harborlight.example";

const current = useExecutionBench();
let { store, bench, executorOn, approved, stored } = {} as ExecutionBench;
beforeEach(() => {
  ({ store, bench, executorOn, approved, stored } = current());
});

test("a target that was claimed while its subject was waited for is not written until that write is over", async () => {
  const id = await approved(NADIA);
  const intent = { at: new Date(), deadlineAt: new Date(Date.now() + 60_000) };
  const executor = await executorOn({
    uow: store.uow,
    withLock: async (key, work) => {
      await store.uow.run(async (tx) => {
        await tx.requests.update(id, { state: "executing" });
        await tx.requests.updateTarget(id, 0, { state: "executing", attempts: 1, intent });
      });
      return store.withLock(key, work);
    },
  });
  await executor.execute(id);
  expect(bench.simulator.writeLog()).toEqual([]);
  expect(await stored(id)).toMatchObject({ targets: [{ state: "executing", attempts: 1, intent }] });
});

test("a target that was let go while its subject was waited for is not read as if it were on its way", async () => {
  const id = await approved(NADIA);
  const intent = { at: new Date(), deadlineAt: new Date(Date.now() + 60_000) };
  await store.uow.run(async (tx) => {
    await tx.requests.update(id, { state: "executing" });
    await tx.requests.updateTarget(id, 0, { state: "executing", attempts: 1, intent });
  });
  const executor = await executorOn({
    uow: store.uow,
    withLock: async (key, work) => {
      await store.uow.run((tx) => tx.requests.updateTarget(id, 0, { state: "waiting", intent: null }));
      return store.withLock(key, work);
    },
  });
  await executor.execute(id);
  expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "verified", attempts: 2 }] });
});

test("of a request that is paused nothing is judged, however its subject has changed", async () => {
  const id = await approved(NADIA);
  await store.uow.run((tx) => tx.requests.update(id, { state: "executing", paused: true }));
  bench.simulator.control.edit.setRoles(NADIA, [...bench.simulator.tenant.rolesOf(NADIA), "alert-emails"]);
  await (await executorOn(store)).execute(id);
  expect(await stored(id)).toMatchObject({
    state: "executing",
    targets: [{ state: "waiting", explanation: null, settledAt: null }],
  });
});

test("an interrupted third attempt that shows nothing has failed, and is not tried a fourth time", async () => {
  const id = await approved(NADIA);
  await store.uow.run(async (tx) => {
    await tx.requests.update(id, { state: "executing" });
    const intent = { at: new Date(0), deadlineAt: new Date(0) };
    await tx.requests.updateTarget(id, 0, { state: "executing", attempts: 3, intent });
  });
  await (await executorOn(store)).execute(id);
  expect(bench.simulator.writeLog()).toEqual([]);
  expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "failed", attempts: 3 }] });
});

test("how soon an outcome that can't be read is asked for again depends on how long it is unknown, whoever comes first", async () => {
  const facts = someFacts();
  const targets = [someTarget({ state: "verified" }), someTarget({ facts, position: 1, state: "unknown" })];
  const id = await approved(NADIA, { state: "done", targets });
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
  await store.uow.run((tx) =>
    tx.requests.updateTarget(id, 1, { intent: { at: hoursAgo(3), deadlineAt: hoursAgo(3) } }),
  );
  const unreadable = () =>
    Promise.reject(new IncydrError("not_found", "There is no such user.", { sent: "yes" }));
  await (await executorOn(store, { subjects: { state: unreadable, effect: unreadable } })).settle(id);
  const { settleAt } = await stored(id);
  expect(settleAt?.getTime()).toBeGreaterThan(Date.now() + 20 * 60_000);
});

test("a write of a stopped bulk that was interrupted and shows nothing has failed, and isn't sent again", async () => {
  const id = await approved(NADIA);
  await store.uow.run(async (tx) => {
    await tx.requests.update(id, { state: "executing", stopped: true });
    const intent = { at: new Date(0), deadlineAt: new Date(0) };
    await tx.requests.updateTarget(id, 0, { state: "executing", attempts: 1, intent });
  });
  await (await executorOn(store)).execute(id);
  expect(bench.simulator.writeLog()).toEqual([]);
  expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "failed" }] });
});
