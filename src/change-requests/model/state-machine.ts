import type { AuditKind } from "../../audit/index.ts";
import { RefusalError } from "../../kernel/errors.ts";

// The life of a change request and of its targets, as tables. Nothing here reads or writes anything.

export const REQUEST_STATES = [
  "pending",
  "approved",
  "stale",
  "executing",
  "done",
  "denied",
  "cancelled",
  "expired",
] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

export const REQUEST_EVENTS = [
  "enough_approvals",
  "denial",
  "cancel",
  "requester_lost_authority",
  "deadline_passed",
  "subject_changed",
  "approver_lost_authority",
  "renew",
  "first_target_claimed",
  "every_target_settled",
] as const;
export type RequestEvent = (typeof REQUEST_EVENTS)[number];

/** What each event makes of each state; whatever isn't here is forbidden. */
export const REQUEST_TRANSITIONS: Readonly<
  Record<RequestState, Partial<Readonly<Record<RequestEvent, RequestState>>>>
> = {
  pending: {
    enough_approvals: "approved",
    denial: "denied",
    cancel: "cancelled",
    requester_lost_authority: "cancelled",
    deadline_passed: "expired",
    subject_changed: "stale",
  },
  approved: {
    cancel: "cancelled",
    requester_lost_authority: "cancelled",
    deadline_passed: "expired",
    subject_changed: "stale",
    approver_lost_authority: "pending",
    first_target_claimed: "executing",
  },
  stale: {
    cancel: "cancelled",
    requester_lost_authority: "cancelled",
    deadline_passed: "expired",
    renew: "pending",
  },
  executing: { every_target_settled: "done" },
  done: {},
  denied: {},
  cancelled: {},
  expired: {},
};

export const TARGET_STATES = [
  "waiting",
  "executing",
  "verified",
  "already",
  "refused",
  "failed",
  "unknown",
  "skipped",
  "stale",
] as const;
export type TargetState = (typeof TARGET_STATES)[number];

export const TARGET_EVENTS = [
  "claim",
  "read_back_shows_it",
  "was_so_already",
  "incydr_refused",
  "read_back_denies_it",
  "outcome_not_known",
  "provably_without_effect",
  "skip",
  "subject_changed",
] as const;
export type TargetEvent = (typeof TARGET_EVENTS)[number];

/** The same for targets. */
export const TARGET_TRANSITIONS: Readonly<
  Record<TargetState, Partial<Readonly<Record<TargetEvent, TargetState>>>>
> = {
  waiting: { claim: "executing", skip: "skipped", subject_changed: "stale" },
  executing: {
    read_back_shows_it: "verified",
    was_so_already: "already",
    incydr_refused: "refused",
    read_back_denies_it: "failed",
    outcome_not_known: "unknown",
    provably_without_effect: "waiting",
  },
  unknown: { read_back_shows_it: "verified", read_back_denies_it: "failed" },
  verified: {},
  already: {},
  refused: {},
  failed: {},
  skipped: {},
  stale: {},
};

/** An event that the state does not allow. */
export class ForbiddenTransitionError extends RefusalError<
  "forbidden_transition",
  { readonly state: string; readonly event: string }
> {
  constructor(state: string, event: string) {
    super("forbidden_transition", { state, event }, `What is ${state} can't take “${event}”.`);
  }
}

/** A transition with the kind of audit entry that tells of it. */
export interface Transition<State extends string> {
  readonly from: State;
  readonly to: State;
  readonly auditKind: AuditKind;
}

/**
 * The next state of a request, and its audit entry's kind.
 * @throws {ForbiddenTransitionError}
 */
export function nextRequestState(from: RequestState, event: RequestEvent): Transition<RequestState> {
  const to = REQUEST_TRANSITIONS[from][event];
  if (!to) throw new ForbiddenTransitionError(from, event);
  return { from, to, auditKind: `request.${to}` };
}

/**
 * The next state of a target, and its audit entry's kind.
 * @throws {ForbiddenTransitionError}
 */
export function nextTargetState(from: TargetState, event: TargetEvent): Transition<TargetState> {
  const to = TARGET_TRANSITIONS[from][event];
  if (!to) throw new ForbiddenTransitionError(from, event);
  return { from, to, auditKind: `target.${to}` };
}

/** Where a request begins: an emergency needs no approvals. */
export function firstRequestState(begunAs: "request" | "emergency"): RequestState {
  return begunAs === "emergency" ? "approved" : "pending";
}

/** Whether nothing can happen to a request any more but that its outcome becomes known. */
export function isOver(state: RequestState): boolean {
  return Object.keys(REQUEST_TRANSITIONS[state]).length === 0;
}

/** Whether a request can be taken back: nothing of it was begun. */
export function isCancellable(state: RequestState): boolean {
  return "cancel" in REQUEST_TRANSITIONS[state];
}

/** Whether a target needs no further work by the executor. */
export function isSettled(state: TargetState): boolean {
  return state !== "waiting" && state !== "executing";
}

export type Outcome = "verified" | "partly_verified" | "failed" | "unknown";

/** The outcome of a request whose targets are all settled. `already` counts as verified: it was read. */
export function outcomeOf(targets: readonly TargetState[]): Outcome {
  if (targets.includes("unknown")) return "unknown";
  const good = targets.filter((state) => state === "verified" || state === "already").length;
  if (good === targets.length) return "verified";
  return good > 0 ? "partly_verified" : "failed";
}

export const RATIFICATION_STATES = ["awaiting", "ratified", "disputed"] as const;
export type RatificationState = (typeof RATIFICATION_STATES)[number];

export const RATIFICATION_EVENTS = ["ratify", "dispute"] as const;
export type RatificationEvent = (typeof RATIFICATION_EVENTS)[number];

/** What each event makes of each state of a ratification. */
export const RATIFICATION_TRANSITIONS: Readonly<
  Record<RatificationState, Partial<Readonly<Record<RatificationEvent, RatificationState>>>>
> = {
  awaiting: { ratify: "ratified", dispute: "disputed" },
  ratified: {},
  disputed: {},
};

/**
 * The next state of an emergency's ratification, and its audit entry's kind.
 * @throws {ForbiddenTransitionError}
 */
export function nextRatificationState(
  from: RatificationState,
  event: RatificationEvent,
): Transition<RatificationState> {
  const to = RATIFICATION_TRANSITIONS[from][event];
  if (!to) throw new ForbiddenTransitionError(from, event);
  return { from, to, auditKind: `ratification.${to}` };
}

/** Whether a settled target of an emergency is to be ratified: it was written, or may have been. */
export function needsRatification(targets: readonly TargetState[]): boolean {
  return targets.some((state) => state === "verified" || state === "unknown");
}
