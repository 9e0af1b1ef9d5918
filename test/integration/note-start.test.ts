import { afterAll, beforeAll, expect, test } from "vitest";
import { createNoteStart, type NewChangeRequest } from "../../src/change-requests/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { someFacts, someNewRequest } from "../support/domain-objects.ts";
import { openQueueStore, type QueueStore, untilBlocked } from "../support/test-store.ts";

let store: QueueStore;
beforeAll(async () => {
  store = await openQueueStore();
});
afterAll(() => store[Symbol.asyncDispose]());

test("a start that stops all writes, and the first that doesn't, bring the cards of open requests up to date", async () => {
  const [open, over] = await store.uow.run(async (tx) => {
    const insert = async (state: NewChangeRequest["state"]) =>
      (await tx.requests.insert(someNewRequest({ state }))).id;
    const ids: number[] = [];
    for (const state of ["pending", "stale", "approved", "done"] as const) ids.push(await insert(state));
    const [, , , lending = 0] = ids;
    const grant = { userId: someFacts().userId, role: { id: "alert-emails", name: "Alert Emails" } };
    const times = { grantedAt: new Date("2026-11-01T09:00:00Z"), endsAt: new Date("2099-11-01T09:00:00Z") };
    await tx.grants.insert([{ ...grant, ...times, requestId: lending }]);
    return [ids, [await insert("denied"), await insert("done")]];
  });
  const noteStart = createNoteStart({ uow: store.uow, clock: systemClock, policyHash: "p".repeat(64) });
  const shown = async () =>
    (await store.waiting()).flatMap((job) => (job.kind === "show_card" ? [job.requestId] : []));
  for (const readOnly of [true, false, false]) await noteStart(readOnly);
  const twice = [...(open ?? []), ...(open ?? [])];
  expect((await shown()).sort()).toEqual(twice.sort());
  expect(over).toHaveLength(2);
});

test("of two replicas that start at once only the first is told that the last start stopped all writes", async () => {
  await store.uow.run(({ upkeep }) => upkeep.noteStart(true));
  const noted = Promise.withResolvers<boolean>();
  const letGo = Promise.withResolvers<void>();
  const first = store.uow.run(async ({ upkeep }) => {
    noted.resolve(await upkeep.noteStart(false));
    await letGo.promise;
  });
  expect(await noted.promise).toBe(true);
  await using replica = store.openReplica();
  const second = replica.uow.run(({ upkeep }) => upkeep.noteStart(false));
  // The row is free again, however the wait ends.
  await untilBlocked(store, 1).finally(letGo.resolve);
  await first;
  expect(await second).toBe(false);
});
