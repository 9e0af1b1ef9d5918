import { afterAll, beforeAll, expect, test } from "vitest";
import { createNoteStart } from "../../src/change-requests/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { someNewRequest } from "../support/domain-objects.ts";
import { openQueueStore, type QueueStore } from "../support/test-store.ts";

let store: QueueStore;
beforeAll(async () => {
  store = await openQueueStore();
});
afterAll(() => store[Symbol.asyncDispose]());

test("a start that stops all writes, and the first that doesn't, bring the cards of open requests up to date", async () => {
  const [open, over] = await store.uow.run(async (tx) => [
    await tx.requests.insert(someNewRequest({ state: "approved" })),
    await tx.requests.insert(someNewRequest({ state: "denied" })),
  ]);
  const noteStart = createNoteStart({ uow: store.uow, clock: systemClock, policyHash: "p".repeat(64) });
  const shown = async () =>
    (await store.waiting()).flatMap((job) => (job.kind === "show_card" ? [job.requestId] : []));
  for (const readOnly of [true, false, false]) await noteStart(readOnly);
  expect(await shown()).toEqual([open?.id, open?.id]);
  expect(await shown()).not.toContain(over?.id);
});
