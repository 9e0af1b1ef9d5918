import { expect, test } from "vitest";
import type { Authorizer } from "../../../../src/authorization/index.ts";
import { createFreezeSwitch, type Job, type Transaction } from "../../../../src/change-requests/index.ts";
import { someLead } from "../../../support/domain-objects.ts";

const AT = new Date("2026-11-01T12:00:00Z");

test("the end of a freeze is announced with who froze and with who ended it", async () => {
  const jobs: Job[] = [];
  const tx = {
    freeze: {
      current: async () => ({ by: { slackUserId: "U0PRIYA", email: null }, at: new Date(0), reason: null }),
      set: async () => {},
    },
    requests: { affectedByFreeze: async () => [], unfinished: async () => [] },
    grants: { due: async () => [] },
    clicks: { claim: async () => true },
    policies: { current: async () => null },
    audit: { append: async () => {} },
    jobs: { enqueue: async (job: Job) => void jobs.push(job) },
  } as unknown as Transaction; // nothing else of it is used
  const authorizer = {
    authorize: async () => ({ ...someLead(), policyHash: "p", userId: null }),
  } as unknown as Authorizer; // nothing else of it is asked
  const clock = { now: () => AT, sleep: async () => {} };
  const run = async <T>(work: (transaction: Transaction) => Promise<T>) => work(tx);
  const uow = { run, read: run };
  await createFreezeSwitch({ authorizer, uow, clock, readOnly: false }).unfreeze("U0THEO", "b");
  const ended = { by: "U0THEO", at: AT.toISOString() };
  const notice = { by: "U0PRIYA", at: new Date(0).toISOString(), ended };
  expect(jobs).toEqual([{ kind: "announce_freeze", notice }]);
});
