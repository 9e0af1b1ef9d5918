import { expect, it } from "vitest";
import type { ChangeRequest, EnqueuedJob, Job } from "../../../../src/change-requests/index.ts";
import { applyGrantEvent } from "../../../../src/change-requests/lifecycle/apply-grant-event.ts";
import { awaitRatification } from "../../../../src/change-requests/lifecycle/ratification.ts";
import { type GrantPatch, ROLE_GONE } from "../../../../src/change-requests/model/grant.ts";
import { someGrant, someRequest, someTarget } from "../../../support/domain-objects.ts";
import { storeOf } from "../../../support/one-request.ts";

const AT = new Date("2026-11-01T12:00:00Z");
const DEADLINE = new Date("2026-11-01T16:00:00Z");
const AWAITED = { state: "awaiting", deadlineAt: DEADLINE, overdue: false, decision: null } as const;

/** The result of settling an emergency that has to be ratified within four hours. */
async function settled(patch: Partial<ChangeRequest>) {
  const targets = [someTarget({ state: "verified" })];
  const emergency = { ratifyWithinHours: 4, escalateTo: ["insider-risk-leads"] };
  const request = someRequest({ state: "done", emergency, targets, ...patch });
  const store = storeOf(request);
  const jobs: EnqueuedJob[] = [];
  await store.uow.run((tx) => {
    const enqueue = async (job: Job, options: object = {}) => void jobs.push({ job, ...options });
    return awaitRatification({ ...tx, jobs: { ...tx.jobs, enqueue } }, request, AT);
  });
  return { store, jobs };
}

it("a ratification of an emergency is awaited until its deadline, and escalated then", async () => {
  const { store, jobs } = await settled({});
  expect(store.stored().ratification).toEqual(AWAITED);
  expect(store.entries()).toMatchObject([
    {
      kind: "ratification.awaiting",
      details: { deadlineAt: DEADLINE.toISOString(), escalateTo: ["insider-risk-leads"] },
    },
  ]);
  expect(jobs).toEqual([
    { job: { kind: "show_card", requestId: 1 } },
    { job: { kind: "announce", requestId: 1, topic: "ratification" } },
    { job: { kind: "ratification_due", requestId: 1 }, startAfter: DEADLINE },
  ]);
});

it.each<[string, Partial<ChangeRequest>]>([
  ["that is awaited", { ratification: AWAITED }],
  ["that was given", { ratification: { ...AWAITED, state: "ratified" } }],
  ["of a change without a write", { targets: [someTarget({ state: "already" })] }],
  ["of a request that is no emergency", { emergency: null }],
])("a ratification %s is not asked for", async (_what, patch) => {
  const { store, jobs } = await settled(patch);
  expect([store.audited(), jobs]).toEqual([[], []]);
  expect(store.stored().ratification).toEqual(patch.ratification ?? null);
});

it.each([
  ["CR-2 took the role away.", []],
  [ROLE_GONE, [7]],
])("a grant that is over leaves no write to look after: %s", async (explanation, shown) => {
  const patches: GrantPatch[] = [];
  const jobs: Job[] = [];
  const intent = { at: AT, deadlineAt: AT };
  const grant = someGrant({ state: "revoking", intent, waitingFor: "incydr" });
  await storeOf(someRequest()).uow.run((tx) =>
    applyGrantEvent(
      {
        ...tx,
        requests: { ...tx.requests, finishedOn: async () => [7] },
        grants: { ...tx.grants, update: async (_grant, patch) => void patches.push(patch) },
        jobs: { ...tx.jobs, enqueue: async (job) => void jobs.push(job) },
      },
      grant,
      "taken_away_already",
      { actor: "bot", at: AT, patch: { explanation } },
    ),
  );
  expect(patches).toEqual([
    { explanation, state: "superseded", endedAt: AT, intent: null, waitingFor: null },
  ]);
  expect(jobs).toEqual([1, ...shown].map((requestId) => ({ kind: "show_card", requestId })));
});
