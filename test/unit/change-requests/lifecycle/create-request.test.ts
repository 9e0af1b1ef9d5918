import { expect, it } from "vitest";
import type { EnqueuedJob, Job, NewChangeRequest, Reminder } from "../../../../src/change-requests/index.ts";
import { createRequest } from "../../../../src/change-requests/lifecycle/create-request.ts";
import { someFacts, someNewRequest, someRequest } from "../../../support/domain-objects.ts";
import { uowOf } from "../../../support/stub-ports.ts";

const AT = new Date("2026-11-01T09:00:00Z");
const HOUR = 3_600_000;
const after = (hours: number) => new Date(AT.getTime() + hours * HOUR);
const TERMS = {
  expiryHours: 2,
  remindAfterMinutes: 60,
  escalateAfterMinutes: 90,
  escalateTo: ["insider-risk-leads"],
  ratifyWithinHours: null,
};

/** The stored request or emergency of Maya and its jobs. The bot's own expiry is a day. */
async function created(terms: Partial<typeof TERMS> | { expiryHours: null } = {}, isEmergency = false) {
  const made: NewChangeRequest[] = [];
  const jobs: EnqueuedJob[] = [];
  const plans: (readonly Reminder[])[] = [];
  const uow = uowOf({
    requests: {
      insert: async (request: NewChangeRequest) => {
        made.push(request);
        return someRequest({ ...request, id: 7 });
      },
    },
    audit: { append: async () => {} },
    jobs: { enqueue: async (job: Job, options: object = {}) => void jobs.push({ job, ...options }) },
    reminders: { plan: async (_id: number, reminders: readonly Reminder[]) => void plans.push(reminders) },
  });
  const emergency = isEmergency ? { ratifyWithinHours: 24, escalateTo: [] } : null;
  const requested = {
    ...someNewRequest({ emergency }),
    ...{
      reason: "  They left ",
      ticket: " INC-\u200B4711 ",
      legalHoldConfirmed: false,
      needsNoApproval: false,
      bulk: null,
      terms: { ...TERMS, ...terms },
    },
    subjects: [{ facts: someFacts(), slackUserIds: [] }],
  };
  await uow.run((tx) => createRequest(tx, requested, { at: AT, requestExpiryMs: 24 * HOUR }));
  const of = (kind: Job["kind"]) => jobs.filter(({ job }) => job.kind === kind);
  return { made, plans, of };
}

it.each([
  ["of the policies, though the bot's own is longer", {}, 2],
  ["of the bot if the policies set none", { expiryHours: null }, 24],
])("a request expires after the time %s", async (_what, terms, hours) => {
  const { made, of } = await created(terms);
  expect(made).toMatchObject([
    { reason: "They left", ticket: "INC-4711", decideBy: after(hours), executeBy: after(hours) },
  ]);
  expect(of("expire")).toEqual([{ job: { kind: "expire", requestId: 7 }, startAfter: after(hours) }]);
});

it("reminders are planned by the policies, and only the escalation reaches further groups", async () => {
  const { plans, of } = await created();
  expect(plans).toEqual([
    [
      { requestId: 7, step: "reminder", dueAt: after(1), escalateTo: [] },
      { requestId: 7, step: "escalation", dueAt: after(1.5), escalateTo: ["insider-risk-leads"] },
    ],
  ]);
  expect(of("remind").map(({ startAfter }) => startAfter)).toEqual([after(1), after(1.5)]);
});

it("an earlier plan of reminders is replaced even if the policies set no time any more", async () => {
  const none = { remindAfterMinutes: null, escalateAfterMinutes: null } as never; // both may be unset
  expect((await created(none)).plans).toEqual([[]]);
});

it("an emergency has no reminders to approve it", async () => {
  const { plans, of } = await created({}, true);
  expect([plans, of("remind")]).toEqual([[], []]);
});
