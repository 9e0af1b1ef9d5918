import { expect, it } from "vitest";
import { escalateRevocation } from "../../../../src/change-requests/grants/revocation-steps.ts";
import type { Job, Reminder } from "../../../../src/change-requests/index.ts";
import { someGrant } from "../../../support/domain-objects.ts";
import { uowOf } from "../../../support/stub-ports.ts";

const NOW = new Date("2026-11-03T12:00:00Z");
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const minutesTo = (due: Date | undefined) => due && (due.getTime() - NOW.getTime()) / 60_000;

/** The plan for grants whose removals fail since these times. */
async function planned(failingSince: readonly (Date | null)[], { isPlanned = false } = {}) {
  const plans: Reminder[] = [];
  const jobs: { job: Job; startAfter: Date | undefined }[] = [];
  const uow = uowOf({
    reminders: {
      find: async () => (isPlanned ? {} : null),
      replan: async (reminder: Reminder) => void plans.push(reminder),
      escalateTo: async () => ["insider-risk-leads"],
    },
    jobs: {
      enqueue: async (job: Job, options?: { startAfter?: Date }) =>
        void jobs.push({ job, startAfter: options?.startAfter }),
    },
  });
  const grants = failingSince.map((since) => someGrant({ requestId: 1, failingSince: since }));
  await uow.run((tx) => escalateRevocation(tx, grants, NOW));
  return { plans, jobs, minutes: minutesTo(plans[0]?.dueAt) };
}

it("a removal that fails is escalated to the leads after a quarter of an hour", async () => {
  const { plans, jobs, minutes } = await planned([NOW]);
  expect(minutes).toBe(15);
  expect(plans).toMatchObject([{ requestId: 1, step: "revocation", escalateTo: ["insider-risk-leads"] }]);
  expect(jobs).toEqual([
    { job: { kind: "remind", requestId: 1, step: "revocation" }, startAfter: plans[0]?.dueAt },
  ]);
});

it.each([
  ["after the same time as before", [ago(60)], 60],
  ["at most a day later", [ago(3 * 24 * 60)], 24 * 60],
  ["by the removal that has failed for the longest time", [ago(30), ago(120), null], 120],
])("a removal that still fails is escalated again %s", async (_when, failingSince, minutes) => {
  expect((await planned(failingSince)).minutes).toBe(minutes);
});

it("a planned escalation is not put off by further failures", async () => {
  expect(await planned([ago(60)], { isPlanned: true })).toMatchObject({ plans: [], jobs: [] });
});
