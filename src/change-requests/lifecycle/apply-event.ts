import { type ChangeRequest, isBulk, type Target } from "../model/change-request.ts";
import {
  nextRequestState,
  nextTargetState,
  type Outcome,
  outcomeOf,
  type RequestEvent,
  type TargetEvent,
  type TargetState,
} from "../model/state-machine.ts";
import type { TargetPatch, Transaction } from "../ports/storage.ts";
import { type Cause, requestMoved, targetMoved } from "./request-audit-entries.ts";

/**
 * Applies an event to a request: stores the next state and its audit entry, and enqueues the jobs that show them.
 * @throws {ForbiddenTransitionError} before anything is stored.
 */
export async function applyRequestEvent(
  tx: Transaction,
  request: ChangeRequest,
  event: RequestEvent,
  cause: Cause,
): Promise<ChangeRequest> {
  const move = nextRequestState(request.state, event);
  const { from, to } = move;
  const next: ChangeRequest = { ...request, state: to, waitingFor: null };
  await tx.requests.update(request.id, { state: to, waitingFor: null });
  const outcome = to === "done" ? outcomeOf(await statesOf(tx, next)) : null;
  await tx.audit.append(requestMoved(request, { ...move, event }, cause, outcome));
  await tx.jobs.enqueue({ kind: "show_card", requestId: request.id });
  if (from === "approved" && to === "pending") {
    // Reminders that came due while the request was approved were skipped. Later ones still have their jobs.
    for (const step of ["reminder", "escalation"] as const)
      await tx.jobs.enqueue({ kind: "remind", requestId: request.id, step });
  }
  // The enqueued expiry is for the time to execute, which may be later.
  if (from === "approved" && (to === "pending" || to === "stale") && cause.at >= request.decideBy)
    await tx.jobs.enqueue({ kind: "expire", requestId: request.id });
  if (outcome) await announceOutcome(tx, next, outcome);
  else if (to !== "executing")
    await tx.jobs.enqueue({ kind: "announce", requestId: request.id, topic: topicOf(next, event) });
  return next;
}

/**
 * Applies an event to targets of one state: stores the next state with `cause.patch`, an audit entry for each target,
 * and enqueues the jobs that show them. One statement updates all targets, because 1,000 statements would block other
 * work.
 * @throws {ForbiddenTransitionError} before anything is stored.
 */
export async function applyEventToTargets(
  tx: Transaction,
  request: ChangeRequest,
  concerned: readonly Target[],
  event: TargetEvent,
  cause: TargetCause,
): Promise<ChangeRequest> {
  const [first] = concerned;
  if (!first) return request;
  const move = nextTargetState(first.state, event);
  const { from, to } = move;
  if (concerned.some(({ state }) => state !== from)) throw new Error("The targets are in different states.");
  const patch: TargetPatch = { ...cause.patch, state: to };
  const positions = concerned.map(({ position }) => position);
  const { id } = request;
  await tx.requests.updateTargets(id, positions, patch);
  for (const { username } of concerned)
    await tx.audit.append(targetMoved({ id, username }, { ...move, event }, cause));
  await showTarget(tx, request);
  // The cards of earlier changes to these users may be out of date now.
  if (to === "verified" || to === "already" || to === "failed")
    for (const { userId } of concerned) await showFinishedOn(tx, userId);
  const moved = new Set(positions);
  const targets = request.targets.map((each) => (moved.has(each.position) ? { ...each, ...patch } : each));
  const next = { ...request, targets };
  await announceLateOutcome(tx, next, from);
  return next;
}

/** `patch`: fields of the target that change together with its state. */
type TargetCause = Cause & { readonly patch?: Omit<TargetPatch, "state"> };

/** Enqueues the announcement of the outcome. For a bulk, also enqueues the file with the outcome of each target. */
async function announceOutcome(tx: Transaction, request: ChangeRequest, outcome: Outcome): Promise<void> {
  const about = { requestId: request.id, topic: `done:${outcome}` };
  if (isBulk(request)) await tx.jobs.enqueue({ kind: "deliver_outcomes", ...about });
  await tx.jobs.enqueue({ kind: "announce", ...about });
}

/** How many cards of finished requests about one user are updated. */
const MOST_SHOWN_AGAIN = 20;

/** Enqueues updates of the cards of the latest finished requests about a user. */
export async function showFinishedOn(tx: Transaction, userId: string): Promise<void> {
  for (const requestId of await tx.requests.finishedOn(userId, MOST_SHOWN_AGAIN))
    await tx.jobs.enqueue({ kind: "show_card", requestId });
}

/** Enqueues an update of the card. Updates of a bulk's card keep to a pace. */
async function showTarget(tx: Transaction, request: ChangeRequest): Promise<void> {
  if (!isBulk(request)) return tx.jobs.enqueue({ kind: "show_card", requestId: request.id });
  const startAfter = await tx.requests.scheduleProgress(request.id);
  if (startAfter) await tx.jobs.enqueue({ kind: "show_progress", requestId: request.id }, { startAfter });
}

/** The states of all targets, even if the request was read with one of them. */
export async function statesOf(tx: Transaction, request: ChangeRequest): Promise<readonly TargetState[]> {
  return isBulk(request) ? tx.requests.targetStates(request.id) : request.targets.map(({ state }) => state);
}

/** Announces the outcome of a finished request again if an unknown outcome became known. */
async function announceLateOutcome(tx: Transaction, request: ChangeRequest, from: TargetState) {
  if (request.state !== "done" || from !== "unknown") return;
  const outcome = outcomeOf(await statesOf(tx, request));
  if (!isBulk(request) || outcome !== "unknown") await announceOutcome(tx, request, outcome);
}

/** The topic of the announcement that a request has enough approvals. */
export function approvedTopic({ renewals, decisions }: ChangeRequest): string {
  return `approved:${renewals}.${decisions.length}`;
}

/** The topic of an event. Each topic is announced once, so a repeated event needs a new topic. */
function topicOf(request: ChangeRequest, event: RequestEvent): string {
  const { state, renewals, decisions } = request;
  if (event === "renew") return `renewed:${renewals}`;
  if (state === "approved") return approvedTopic(request);
  if (state === "pending") return `pending:${renewals}.${decisions.length}`;
  return state === "stale" ? `stale:${renewals}` : state;
}
