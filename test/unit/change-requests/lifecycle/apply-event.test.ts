import { describe, expect, it } from "vitest";
import type { AuditEvent } from "../../../../src/audit/index.ts";
import type { ChangeRequest, Job } from "../../../../src/change-requests/index.ts";
import {
  applyEventToTargets,
  applyRequestEvent,
} from "../../../../src/change-requests/lifecycle/apply-event.ts";
import { someDecision, someFacts, someRequest, someTarget } from "../../../support/domain-objects.ts";
import { storeOf } from "../../../support/one-request.ts";
import { uowOf } from "../../../support/stub-ports.ts";

type RequestEvent = Parameters<typeof applyRequestEvent>[2];
type TargetEvent = Parameters<typeof applyEventToTargets>[3];

const AT = new Date("2026-11-01T12:00:00Z");
const CAUSE = { actor: "bot", at: AT } as const;
const approvalsOf = (count: number) => Array.from({ length: count }, () => someDecision());

/** Applies an event to a stored request. */
async function applied(request: ChangeRequest, event: RequestEvent) {
  const store = storeOf(request);
  const next = await store.uow.run((tx) => applyRequestEvent(tx, request, event, CAUSE));
  return { store, next, jobs: store.jobs() };
}

/** Applies an event to some targets. `earlier`: the finished request about each user. */
async function appliedToTargets(
  request: ChangeRequest,
  targets: ChangeRequest["targets"],
  event: TargetEvent,
  { states = request.targets.map(({ state }) => state), earlier = {} as Record<string, number> } = {},
) {
  const statements: unknown[] = [];
  const audit: AuditEvent[] = [];
  const jobs: Job[] = [];
  const uow = uowOf({
    requests: {
      updateTargets: async (...given: unknown[]) => void statements.push(given),
      scheduleProgress: async () => void statements.push("turn"),
      targetStates: async () => states,
      finishedOn: async (userId: string) => [earlier[userId] ?? 7],
    },
    audit: { append: async (entry: AuditEvent) => void audit.push(entry) },
    jobs: { enqueue: async (job: Job) => void jobs.push(job) },
  });
  const cause = { ...CAUSE, policyHash: "judged", patch: { explanation: "Stopped." } };
  const next = await uow.run((tx) => applyEventToTargets(tx, request, targets, event, cause));
  return { statements, audit, jobs, next };
}

describe("an event of targets", () => {
  it("an event of many targets is one statement and one turn of the card, with an entry for each target", async () => {
    const targets = [0, 1, 2].map((position) => someTarget({ position, username: `user.${position}` }));
    const request = someRequest({ state: "executing", targets });
    const { statements, audit, next } = await appliedToTargets(request, targets.slice(1), "skip");
    expect(statements).toEqual([[1, [1, 2], { explanation: "Stopped.", state: "skipped" }], "turn"]);
    expect(audit.map(({ kind, subject, policyHash }) => [kind, subject, policyHash])).toEqual([
      ["target.skipped", "user.1", "judged"],
      ["target.skipped", "user.2", "judged"],
    ]);
    expect(next.targets.map(({ state }) => state)).toEqual(["waiting", "skipped", "skipped"]);
  });

  const executing = ["user-a", "user-b"].map((userId, position) =>
    someTarget({ position, state: "executing", facts: someFacts({ userId }) }),
  );
  it.each<[TargetEvent, number[]]>([
    ["read_back_shows_it", [8, 9]],
    ["was_so_already", [8, 9]],
    ["read_back_denies_it", [8, 9]],
    ["incydr_refused", []],
    ["outcome_not_known", []],
  ])("%s shows the cards of the earlier changes to each user again: %j", async (event, shown) => {
    const request = someRequest({ state: "executing", targets: executing });
    const { jobs } = await appliedToTargets(request, executing, event, {
      states: ["executing"],
      earlier: { "user-a": 8, "user-b": 9 },
    });
    const cards = jobs.flatMap((job) => (job.kind === "show_card" ? [job.requestId] : []));
    expect(cards.filter((id) => id !== request.id)).toEqual(shown);
  });

  it.each([
    ["unknown", []],
    ["verified", ["deliver_outcomes", "announce"]],
  ] as const)("an outcome that becomes known beside one that is %s leaves %j", async (state, told) => {
    const targets = [someTarget({ state: "unknown" }), someTarget({ position: 1, state })];
    const request = someRequest({ state: "done", targets });
    const { jobs } = await appliedToTargets(request, targets.slice(0, 1), "read_back_shows_it", {
      states: ["verified", state],
    });
    expect(jobs.map(({ kind }) => kind).filter((kind) => kind !== "show_card")).toEqual(told);
  });
});

describe("an event of a request", () => {
  it.each<[RequestEvent, Date, number]>([
    ["approver_lost_authority", AT, 1],
    ["approver_lost_authority", new Date(AT.getTime() + 1), 0],
    ["subject_changed", AT, 1],
    ["cancel", AT, 0],
  ])(
    "after %s a request that has to be decided by %j leaves %i expiries",
    async (event, decideBy, expiries) => {
      const request = someRequest({ state: "approved", decideBy, executeBy: new Date("2099-01-01") });
      const { jobs } = await applied(request, event);
      expect(jobs.filter(({ kind }) => kind === "expire")).toHaveLength(expiries);
    },
  );

  it("a request that has lost an approval is reminded of, escalated and announced again", async () => {
    const request = someRequest({ state: "approved", decisions: approvalsOf(1) });
    expect((await applied(request, "approver_lost_authority")).jobs).toEqual([
      { kind: "show_card", requestId: 1 },
      { kind: "remind", requestId: 1, step: "reminder" },
      { kind: "remind", requestId: 1, step: "escalation" },
      { kind: "announce", requestId: 1, topic: "pending:0.1" },
    ]);
  });

  it("each event of a request is announced under a topic of its own", async () => {
    const events: readonly (readonly [RequestEvent, ChangeRequest["state"], number, number])[] = [
      ["enough_approvals", "pending", 0, 1],
      ["enough_approvals", "pending", 0, 2],
      ["enough_approvals", "pending", 1, 1],
      ["approver_lost_authority", "approved", 0, 1],
      ["approver_lost_authority", "approved", 0, 2],
      ["approver_lost_authority", "approved", 1, 1],
      ["subject_changed", "approved", 0, 1],
      ["subject_changed", "approved", 1, 1],
      ["renew", "stale", 1, 1],
      ["renew", "stale", 2, 1],
      ["denial", "pending", 0, 1],
      ["cancel", "pending", 0, 1],
      ["deadline_passed", "pending", 0, 1],
    ];
    const topics = new Set<string>();
    for (const [event, state, renewals, approvals] of events) {
      const { jobs } = await applied(
        someRequest({ state, renewals, decisions: approvalsOf(approvals) }),
        event,
      );
      for (const job of jobs) if (job.kind === "announce") topics.add(job.topic);
    }
    expect(topics.size).toBe(events.length);
  });

  it("a request that goes on waits for nothing, in storage and in the result", async () => {
    const { store, next } = await applied(someRequest({ state: "approved", waitingFor: "incydr" }), "cancel");
    expect([store.stored().waitingFor, next.waitingFor]).toEqual([null, null]);
  });

  it("the outcome of a bulk comes from all its targets, even if only one was read", async () => {
    const verified = someTarget({ state: "verified" });
    const targets = [verified, someTarget({ position: 1, state: "failed" })];
    const request = someRequest({ state: "executing", targets });
    const store = storeOf(request);
    const read = { ...request, targets: [verified] };
    await store.uow.run((tx) => applyRequestEvent(tx, read, "every_target_settled", CAUSE));
    expect(store.entries()).toMatchObject([
      { kind: "request.done", details: { outcome: "partly_verified" } },
    ]);
    expect(store.jobs()).toContainEqual({ kind: "announce", requestId: 1, topic: "done:partly_verified" });
  });
});
