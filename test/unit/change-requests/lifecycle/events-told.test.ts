import { expect, it, test } from "vitest";
import type { ChangeRequest, Job, Transaction } from "../../../../src/change-requests/index.ts";
import {
  applyEventToTargets,
  applyRequestEvent,
} from "../../../../src/change-requests/lifecycle/apply-event.ts";
import { someDecision, someRequest, someTarget } from "../../../support/domain-objects.ts";
import { storeOf } from "../../../support/one-request.ts";

const CAUSE = { actor: "bot", at: new Date("2026-11-01T12:00:00Z") } as const;

/** The jobs that an approved request leaves when it has lost one of so many approvals. */
async function afterLoss(approvals: number): Promise<readonly Job[]> {
  const decisions = Array.from({ length: approvals }, () => someDecision());
  const request = someRequest({ state: "approved", decisions });
  const store = storeOf(request);
  await store.uow.run((tx) => applyRequestEvent(tx, request, "approver_lost_authority", CAUSE));
  return store.jobs();
}

test("a request that waits for approvals again is reminded of, escalated, and said to wait each time", async () => {
  expect(await afterLoss(1)).toEqual([
    { kind: "show_card", requestId: 1 },
    { kind: "remind", requestId: 1, step: "reminder" },
    { kind: "remind", requestId: 1, step: "escalation" },
    { kind: "announce", requestId: 1, topic: "pending:0.1" },
  ]);
  expect(await afterLoss(2)).toContainEqual({ kind: "announce", requestId: 1, topic: "pending:0.2" });
});

/** The jobs that a target's event leaves; CR-7 is a finished request about the same user. */
async function afterEvent(
  event: Parameters<typeof applyEventToTargets>[3],
  request = someRequest({ state: "executing", targets: [someTarget({ state: "executing" })] }),
): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  const states = request.targets.map(({ state }) => state);
  const tx = {
    requests: {
      updateTargets: async () =>
        void states.splice(0, 1, event === "read_back_shows_it" ? "verified" : "failed"),
      targetStates: async () => states,
      scheduleProgress: async () => null,
      finishedOn: async () => [7],
    },
    audit: { append: async () => {} },
    jobs: { enqueue: async (job: Job) => void jobs.push(job) },
  } as unknown as Transaction; // it uses no more of it
  const [target] = request.targets;
  if (target) await applyEventToTargets(tx, request, [target], event, CAUSE);
  return jobs;
}

it.each([
  ["read_back_shows_it", true],
  ["was_so_already", true],
  ["read_back_denies_it", true],
  ["incydr_refused", false],
  ["outcome_not_known", false],
] as const)(
  "after %s the cards of earlier changes to the user are shown again: %s",
  async (event, isShown) => {
    const jobs = await afterEvent(event);
    expect(jobs.some((job) => job.kind === "show_card" && job.requestId === 7)).toBe(isShown);
  },
);

it.each([
  ["unknown" as const, []],
  ["verified" as const, ["deliver_outcomes", "announce"]],
])("a finished bulk says its outcome again once it is known: beside one that is %s", async (state, told) => {
  const targets = [someTarget({ state: "unknown" }), someTarget({ position: 1, state })];
  const jobs = await afterEvent("read_back_shows_it", someRequest({ state: "done", targets }));
  expect(jobs.map(({ kind }) => kind).filter((kind) => kind !== "show_card")).toEqual(told);
});

test("each time that something happens to a request is announced by itself", async () => {
  const topics: unknown[] = [];
  const happens = async (
    event: Parameters<typeof applyRequestEvent>[2],
    state: ChangeRequest["state"],
    { renewals = 0, approvals = 1 } = {},
  ) => {
    const decisions = Array.from({ length: approvals }, () => someDecision());
    const request = someRequest({ state, renewals, decisions });
    const store = storeOf(request);
    await store.uow.run((tx) => applyRequestEvent(tx, request, event, CAUSE));
    for (const job of store.jobs()) if (job.kind === "announce") topics.push(job.topic);
  };
  await happens("enough_approvals", "pending");
  await happens("enough_approvals", "pending", { approvals: 2 });
  await happens("enough_approvals", "pending", { renewals: 1 });
  await happens("approver_lost_authority", "approved");
  await happens("approver_lost_authority", "approved", { renewals: 1 });
  await happens("subject_changed", "approved");
  await happens("subject_changed", "approved", { renewals: 1 });
  await happens("renew", "stale", { renewals: 1 });
  await happens("renew", "stale", { renewals: 2 });
  await happens("denial", "pending");
  await happens("cancel", "pending");
  await happens("deadline_passed", "pending");
  expect(new Set(topics).size).toBe(12);
});

test("a request that goes on waits for nothing, as it is stored and as it is handed on", async () => {
  const request = someRequest({ state: "approved", waitingFor: "incydr" });
  const store = storeOf(request);
  const next = await store.uow.run((tx) => applyRequestEvent(tx, request, "cancel", CAUSE));
  expect([store.stored().waitingFor, next.waitingFor]).toEqual([null, null]);
});

test("the outcome of a bulk is that of all its targets, though it was read with one of them", async () => {
  const verified = someTarget({ state: "verified" });
  const targets = [verified, someTarget({ position: 1, state: "failed" })];
  const request = someRequest({ state: "executing", targets });
  const store = storeOf(request);
  await store.uow.run((tx) =>
    applyRequestEvent(tx, { ...request, targets: [verified] }, "every_target_settled", CAUSE),
  );
  expect(store.entries()).toMatchObject([{ kind: "request.done", details: { outcome: "partly_verified" } }]);
  expect(store.jobs()).toContainEqual({ kind: "announce", requestId: 1, topic: "done:partly_verified" });
});
