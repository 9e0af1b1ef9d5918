import { afterAll, beforeAll, expect, test } from "vitest";
import { createExecutionSteps } from "../../src/change-requests/execution-steps.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { someFacts, someNewRequest, someTarget } from "../support/domain-objects.ts";
import { openQueueStore, type QueueStore } from "../support/test-store.ts";

let store: QueueStore;
beforeAll(async () => {
  store = await openQueueStore();
});
afterAll(() => store[Symbol.asyncDispose]());

test("a bulk of which one outcome is unknown goes on with whoever waits for Incydr", async () => {
  const steps = createExecutionSteps({ uow: store.uow, clock: systemClock, retryMs: 60_000 });
  const facts = someFacts({ userId: "300000000000000002", username: "ann.karlsson@harborlight.example" });
  const id = await store.uow.run(async (tx) => {
    const targets = [someTarget(), someTarget({ position: 1, facts })];
    const bulk = await tx.requests.insert(someNewRequest({ state: "executing", targets }));
    const intent = { at: new Date(), deadlineAt: new Date(Date.now() + 20_000) };
    await tx.requests.updateTarget(bulk.id, 0, { state: "executing", intent, attempts: 1 });
    return bulk.id;
  });
  const target = async (position: number) => {
    const request = await store.uow.run((tx) => tx.requests.getTarget(id, position));
    if (!request) throw new Error("It isn't stored.");
    return request;
  };
  await steps.settle(await target(0), "outcome_not_known", "No answer.");
  await steps.wait(await target(1), "incydr");
  const left = (await store.waiting()).filter(({ kind }) => kind === "settle" || kind === "execute_bulk");
  expect(left.map(({ kind }) => kind).sort()).toEqual(["execute_bulk", "settle"]);
});
