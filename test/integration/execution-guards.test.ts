import { beforeEach, expect, test } from "vitest";
import type { PinOptions } from "../../src/authorization/index.ts";
import { createExecutionSteps } from "../../src/change-requests/execution/execution-steps.ts";
import type { TargetPatch, UnitOfWork } from "../../src/change-requests/index.ts";
import { IncydrError } from "../../src/incydr/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { someNewRequest } from "../support/domain-objects.ts";
import { type ExecutionBench, useExecutionBench } from "../support/execution-bench.ts";
import { realPolicies } from "../support/stub-executor.ts";

const NADIA = "nadia.petrov@harborlight.example";

const current = useExecutionBench();
let { store, other, bench, executorOn, approved, stored } = {} as ExecutionBench;
beforeEach(() => {
  ({ store, other, bench, executorOn, approved, stored } = current());
});

test("a freeze that comes between the claim and its write stops the write, and leaves no intent", async () => {
  const id = await approved(NADIA);
  const freezeOnceClaimed: UnitOfWork = {
    ...store.uow,
    async run(work) {
      const result = await store.uow.run(work);
      const isClaimed = (await stored(id)).targets[0]?.state === "executing";
      const freeze = { by: { slackUserId: "U0THEO", email: null }, at: new Date(), reason: null };
      if (isClaimed) await store.uow.run((tx) => tx.freeze.set(freeze));
      return result;
    },
  };
  await (await executorOn({ uow: freezeOnceClaimed, withLock: store.withLock })).execute(id);
  expect(bench.simulator.writeLog()).toEqual([]);
  expect(await stored(id)).toMatchObject({
    waitingFor: "freeze",
    targets: [{ state: "waiting", intent: null }],
  });
});

test("an unknown outcome that another replica has found out meanwhile is settled once", async () => {
  const id = await approved(NADIA);
  await store.uow.run(async (tx) => {
    await tx.requests.update(id, { state: "done" });
    const intent = { at: new Date(0), deadlineAt: new Date(0) };
    await tx.requests.updateTarget(id, 0, { state: "unknown", attempts: 1, intent });
  });
  bench.simulator.control.edit.setActive(NADIA, false);
  const there = await executorOn(other);
  const here = await executorOn({
    uow: store.uow,
    withLock: async (key, work) => {
      await there.settle(id);
      return store.withLock(key, work);
    },
  });
  await here.settle(id);
  expect((await stored(id)).targets[0]?.state).toBe("verified");
});

test("a target that waits again after its bulk was stopped is skipped", async () => {
  const id = await approved(NADIA);
  await store.uow.run((tx) => tx.requests.update(id, { state: "executing", stopped: true }));
  await (await executorOn(store)).execute(id);
  expect(bench.simulator.writeLog()).toEqual([]);
  expect((await stored(id)).targets[0]?.state).toBe("skipped");
});

test.each([
  [null, "stale"],
  [{ ratifyWithinHours: 24, escalateTo: [] }, "cancelled"],
] as const)(
  "of a subject whom Incydr no longer has an emergency is cancelled, and any other request is stale: %j is %s",
  async (emergency, state) => {
    const id = await approved(NADIA, { emergency });
    const gone = () =>
      Promise.reject(new IncydrError("not_found", "There is no such user.", { sent: "yes" }));
    await (await executorOn(store, { subjects: { state: gone, effect: gone } })).execute(id);
    expect(await stored(id)).toMatchObject({ state });
  },
);

test("a write that provably has no effect is tried three times, and has failed then", async () => {
  const id = await approved(NADIA);
  let sent = 0;
  const users = {
    ...bench.users,
    deactivate: () => {
      sent += 1;
      return Promise.reject(new IncydrError("unavailable", "Incydr doesn't answer.", { sent: "no" }));
    },
  };
  const executor = await executorOn(store, { users });
  for (let time = 0; time < 4; time += 1) await executor.execute(id);
  expect(sent).toBe(3);
  expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "failed", attempts: 3 }] });
});

test("a write is judged by the policies of when it was requested too", async () => {
  const id = await approved(NADIA);
  const { authorizer } = await realPolicies();
  const pins: PinOptions[] = [];
  const watched = {
    ...authorizer,
    pin: (options: PinOptions = {}) => {
      pins.push(options);
      return authorizer.pin(options);
    },
  };
  await (await executorOn(store, { authorizer: watched })).execute(id);
  expect(pins).toEqual([{ madeUnder: someNewRequest().policyHash }]);
});

test.each<[string, TargetPatch]>([
  ["is settled", { state: "verified" }],
  ["is tried again", { attempts: 2 }],
])("a step is not stored on a target that %s meanwhile", async (_what, meanwhile) => {
  const id = await approved(NADIA);
  const intent = { at: new Date(), deadlineAt: new Date() };
  await store.uow.run(async (tx) => {
    await tx.requests.update(id, { state: "executing" });
    await tx.requests.updateTarget(id, 0, { state: "executing", attempts: 1, intent });
  });
  const read = await stored(id);
  await store.uow.run((tx) => tx.requests.updateTarget(id, 0, meanwhile));
  const steps = createExecutionSteps({ uow: store.uow, clock: systemClock });
  await steps.settle(read, "read_back_denies_it", "It did not take effect.");
  expect(await steps.release(read, "It had no effect.")).toBeNull();
  expect((await stored(id)).targets).toMatchObject([{ state: "executing", explanation: null, ...meanwhile }]);
});

test("a write without an answer is neither done nor failed, and is known to have been sent when it first was", async () => {
  const id = await approved(NADIA);
  const first = new Date(Date.now() - 60_000);
  await store.uow.run(async (tx) => {
    await tx.requests.update(id, { state: "executing" });
    const intent = { at: first, deadlineAt: first };
    await tx.requests.updateTarget(id, 0, { state: "executing", attempts: 1, intent });
  });
  const silent = () => Promise.reject(new IncydrError("timed_out", "No answer.", { sent: "unknown" }));
  await (await executorOn(store, { users: { ...bench.users, deactivate: silent } })).execute(id);
  const { state, targets } = await stored(id);
  expect(state).toBe("executing");
  expect(targets).toMatchObject([{ state: "executing", attempts: 2, intent: { at: first } }]);
});

test("while another request's write may be on its way a request waits, and isn't stale for what that write does", async () => {
  const [first, second] = [await approved(NADIA), await approved(NADIA)];
  await store.uow.run(async (tx) => {
    await tx.requests.update(first, { state: "executing" });
    const intent = { at: new Date(), deadlineAt: new Date(Date.now() + 60_000) };
    await tx.requests.updateTarget(first, 0, { state: "executing", attempts: 1, intent });
  });
  const roles = [...bench.simulator.tenant.rolesOf(NADIA), "alert-emails"];
  bench.simulator.control.edit.setRoles(NADIA, roles);
  await (await executorOn(store)).execute(second);
  expect(await stored(second)).toMatchObject({ state: "approved", waitingFor: "subject" });
});
