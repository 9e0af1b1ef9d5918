import { afterAll, beforeAll, expect, test } from "vitest";
import { createReminders } from "../../src/change-requests/index.ts";
import { planReminders } from "../../src/change-requests/lifecycle/await-approvals.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { someFacts, someNewRequest, someTarget } from "../support/domain-objects.ts";
import { openQueueStore, type QueueStore } from "../support/test-store.ts";

const TERMS = { remindAfterMinutes: 0, escalateAfterMinutes: null, escalateTo: [] };
const NADIA = someFacts();
const SAM = someFacts({ userId: "300000000000000002", username: "sam.ortega@harborlight.example" });

let store: QueueStore;
beforeAll(async () => {
  store = await openQueueStore();
});
afterAll(() => store[Symbol.asyncDispose]());

test("the audit entry of a reminder names the subject of a single request, and no subject of a bulk", async () => {
  const at = new Date(Date.now() - 60_000);
  const ids: number[] = [];
  for (const subjects of [[NADIA], [NADIA, SAM]]) {
    const targets = subjects.map((facts, position) => someTarget({ facts, position }));
    ids.push(
      await store.uow.run(async (tx) => {
        const { id } = await tx.requests.insert(someNewRequest({ targets }));
        await planReminders(tx, id, TERMS, at);
        return id;
      }),
    );
  }
  const reminders = createReminders({
    uow: store.uow,
    display: { showDigest: async () => {} },
    peopleToAsk: async () => [],
    clock: systemClock,
    isOutage: () => false,
  });
  for (const id of ids) await reminders.remind(id, "reminder");
  const { rows } = await store.database.lockPool.query(
    "select subject from audit_entries where kind = 'request.reminded' order by request_id",
  );
  expect(rows).toEqual([{ subject: NADIA.username }, { subject: null }]);
});
