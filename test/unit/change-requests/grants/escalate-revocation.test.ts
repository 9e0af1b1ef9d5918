import { expect, it } from "vitest";
import { escalateRevocation } from "../../../../src/change-requests/grants/revocation-steps.ts";
import type { Job, Reminder, Transaction } from "../../../../src/change-requests/index.ts";
import { someGrant } from "../../../support/domain-objects.ts";

const NOW = new Date("2026-11-03T12:00:00Z");
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const minutesTo = (due: Date | undefined) => due && (due.getTime() - NOW.getTime()) / 60_000;

/** The plan for grants whose removals fail since these times. */
async function planned(failingSince: readonly (Date | null)[], { isPlanned = false } = {}) {
  const plans: Reminder[] = [];
  const jobs: { job: Job; startAfter: Date | undefined }[] = [];
  const tx = {
    reminders: {
      find: async () => (isPlanned ? {} : null),
      replan: async (reminder: Reminder) => void plans.push(reminder),
      escalateTo: async () => ["insider-risk-leads"],
    },
    jobs: {
      enqueue: async (job: Job, options?: { startAfter?: Date }) =>
        void jobs.push({ job, startAfter: options?.startAfter }),
    },
  } as unknown as Transaction; // nothing else of it is used
  const grants = failingSince.map((since) => someGrant({ requestId: 1, failingSince: since }));
  await escalateRevocation(tx, grants, NOW);
  return { plans, jobs, minutes: minutesTo(plans[0]?.dueAt) };
}

it("the leads hear after a quarter of an hour that a role is still there", async () => {
  const { plans, jobs, minutes } = await planned([NOW]);
  expect(minutes).toBe(15);
  expect(plans).toMatchObject([{ requestId: 1, step: "revocation", escalateTo: ["insider-risk-leads"] }]);
  expect(jobs).toEqual([
    { job: { kind: "remind", requestId: 1, step: "revocation" }, startAfter: plans[0]?.dueAt },
  ]);
});

it.each([
  ["after as long again", [ago(60)], 60],
  ["at most a day later", [ago(3 * 24 * 60)], 24 * 60],
  ["by the one that has failed for longest", [ago(30), ago(120), null], 120],
])("and then again %s", async (_when, failingSince, minutes) => {
  expect((await planned(failingSince)).minutes).toBe(minutes);
});

it("what is planned already isn't put off by each attempt that fails", async () => {
  expect(await planned([ago(60)], { isPlanned: true })).toMatchObject({ plans: [], jobs: [] });
});
