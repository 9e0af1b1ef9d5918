import { expect, test } from "vitest";
import { createReminders } from "../../src/change-requests/index.ts";
import { planReminders } from "../../src/change-requests/lifecycle/await-approvals.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { withCorrelation } from "../../src/kernel/correlation.ts";
import { someFacts, someNewRequest, someTarget } from "../support/domain-objects.ts";
import { useQueueStore } from "../support/use-store.ts";

const TERMS = { remindAfterMinutes: 0, escalateAfterMinutes: null, escalateTo: [] };
const NADIA = someFacts();
const SAM = someFacts({ userId: "300000000000000002", username: "sam.ortega@harborlight.example" });

const store = useQueueStore();

test("the audit entry of a reminder names the subject of a single request, and no subject of a bulk; a digest follows from no one's form", async () => {
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
    invitedApprovers: async () => [],
    clock: systemClock,
    isOutage: () => false,
  });
  const ofForm = "3e7f0a4c-5b1d-4c2e-9f6a-8d7b6c5a4e3f";
  for (const id of ids) await withCorrelation(ofForm, () => reminders.remind(id, "reminder"));
  const { rows } = await store.database.lockPool.query(
    `select subject, correlation_id = $1 as is_of_form from audit_entries where kind = 'request.reminded'
     order by request_id`,
    [ofForm],
  );
  // One digest tells of all, and follows from the form of none.
  const is_of_form = false;
  expect(rows).toEqual([
    { subject: NADIA.username, is_of_form },
    { subject: null, is_of_form },
  ]);
});
