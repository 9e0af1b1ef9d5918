import type { AuditKind } from "../../audit/index.ts";
import { defineRefusal } from "./define-refusal.ts";

// The life of a change request and of its targets, as tables. Nothing here reads or writes anything.

/** The next state for each state and event. An event that is not listed is forbidden. */
export type Transitions<State extends string, Event extends string> = Readonly<
  Record<State, Partial<Readonly<Record<Event, State>>>>
>;

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

export const REQUEST_TRANSITIONS: Transitions<RequestState, RequestEvent> = {
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

export const TARGET_TRANSITIONS: Transitions<TargetState, TargetEvent> = {
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

export class ForbiddenTransitionError extends defineRefusal(
  "forbidden_transition",
  (state: string, event: string) => ({
    data: { state, event },
    message: `The event “${event}” is not allowed in the state “${state}”.`,
  }),
) {}

/** A transition, with the kind of its audit entry. */
export interface Transition<State extends string> {
  readonly from: State;
  readonly to: State;
  readonly auditKind: AuditKind;
}

/** @throws {ForbiddenTransitionError} */
export function nextState<State extends string, Event extends string>(
  transitions: Transitions<State, Event>,
  from: State,
  event: Event,
): State {
  const to = transitions[from][event];
  if (!to) throw new ForbiddenTransitionError(from, event);
  return to;
}

export function isTerminal<State extends string>(
  transitions: Transitions<State, string>,
  state: State,
): boolean {
  return Object.keys(transitions[state]).length === 0;
}

/** @throws {ForbiddenTransitionError} */
export function nextRequestState(from: RequestState, event: RequestEvent): Transition<RequestState> {
  const to = nextState(REQUEST_TRANSITIONS, from, event);
  return { from, to, auditKind: `request.${to}` };
}

/** @throws {ForbiddenTransitionError} */
export function nextTargetState(from: TargetState, event: TargetEvent): Transition<TargetState> {
  const to = nextState(TARGET_TRANSITIONS, from, event);
  return { from, to, auditKind: `target.${to}` };
}

/** The first state of a request. An emergency begins approved, because it needs no approvals. */
export function firstRequestState(begunAs: "request" | "emergency"): RequestState {
  return begunAs === "emergency" ? "approved" : "pending";
}

/** Whether the state is final. The outcome of a target may still become known. */
export function isOver(state: RequestState): boolean {
  return isTerminal(REQUEST_TRANSITIONS, state);
}

/** Whether the request can be cancelled, because no write has begun. */
export function isCancellable(state: RequestState): boolean {
  return "cancel" in REQUEST_TRANSITIONS[state];
}

/** Whether the executor is done with a target. */
export function isSettled(state: TargetState): boolean {
  return state !== "waiting" && state !== "executing";
}

export type Outcome = "verified" | "partly_verified" | "failed" | "unknown";

/** The outcome of a request whose targets are all settled. `already` counts as verified, because it was read. */
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

export const RATIFICATION_TRANSITIONS: Transitions<RatificationState, RatificationEvent> = {
  awaiting: { ratify: "ratified", dispute: "disputed" },
  ratified: {},
  disputed: {},
};

/** @throws {ForbiddenTransitionError} */
export function nextRatificationState(
  from: RatificationState,
  event: RatificationEvent,
): Transition<RatificationState> {
  const to = nextState(RATIFICATION_TRANSITIONS, from, event);
  return { from, to, auditKind: `ratification.${to}` };
}

/** Whether an emergency has to be ratified: a target was written, or may have been. */
export function needsRatification(targets: readonly TargetState[]): boolean {
  return targets.some((state) => state === "verified" || state === "unknown");
}
