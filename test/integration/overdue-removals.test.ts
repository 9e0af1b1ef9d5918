import { afterAll, beforeAll, expect, test } from "vitest";
import { createRevocationSteps } from "../../src/change-requests/grants/revocation-steps.ts";
import { someFacts, someNewRequest, someTarget } from "../support/domain-objects.ts";
import { openQueueStore, type QueueStore } from "../support/test-store.ts";

let store: QueueStore;
beforeAll(async () => {
  store = await openQueueStore();
});
afterAll(() => store[Symbol.asyncDispose]());

test("the leads hear of a role that stays after its end at ever longer intervals, counted from the first failure", async () => {
  const start = Date.now();
  let minutes = 0;
  const clock = { now: () => new Date(start + minutes * 60_000), sleep: async () => {} };
  const steps = createRevocationSteps({ uow: store.uow, clock });
  const role = { id: "alert-emails", name: "Alert Emails" };
  const facts = someFacts();
  const { id } = await store.uow.run(async (tx) => {
    const change = { kind: "add_roles", roles: [role], grantHours: 1 } as const;
    const targets = [someTarget({ facts, state: "verified" })];
    const request = await tx.requests.insert(someNewRequest({ state: "done", change, targets }));
    const grant = { requestId: request.id, userId: facts.userId, role, grantedAt: new Date(0) };
    await tx.grants.insert([{ ...grant, endsAt: new Date(1) }]);
    await tx.grants.update(grant, { state: "revoking" });
    return request;
  });
  const told: number[] = [];
  for (minutes of [0, 20, 60, 200]) {
    const grants = await store.uow.read((stored) => stored.grants.ofRequest(id));
    await steps.fail(grants, "Incydr still shows the role.", { intent: "over", isOutage: false });
    await store.uow.run(async ({ reminders }) => {
      const next = await reminders.find(id, "revocation");
      if (!next) return;
      told.push(Math.round((next.dueAt.getTime() - start) / 60_000));
      await reminders.addDigest([next], next.dueAt);
    });
  }
  expect(told).toEqual([15, 40, 120, 400]);
});
