import { beforeEach, expect, test } from "vitest";
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
