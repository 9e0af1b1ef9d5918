import { type ChangeRequest, isBulk, type Target } from "../model/change-request.ts";
import {
  nextRequestState,
  nextTargetState,
  outcomeOf,
  type RequestEvent,
  type TargetEvent,
  type TargetState,
} from "../model/state-machine.ts";
import type { TargetPatch, Transaction } from "../ports/storage.ts";
import { type Cause, requestMoved, targetMoved } from "./request-audit-entries.ts";

/**
 * Takes a request to its next state within a transaction. Stores the state and its audit entry, and leaves the jobs
 * that show both.
 * @throws {ForbiddenTransitionError} and then nothing is stored.
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
    // Reminders that came due while the request was approved were left out. Those of later times have their jobs still.
    for (const step of ["reminder", "escalation"] as const)
      await tx.jobs.enqueue({ kind: "remind", requestId: request.id, step });
  }
  // The expiry that waits for the end of the time to execute would come too late.
  if (from === "approved" && (to === "pending" || to === "stale") && cause.at >= request.decideBy)
    await tx.jobs.enqueue({ kind: "expire", requestId: request.id });
  if (outcome) await reportOutcomes(tx, next, `done:${outcome}`);
  if (to !== "executing") {
    await tx.jobs.enqueue({
      kind: "announce",
      requestId: request.id,
      topic: outcome ? `done:${outcome}` : topicOf(next, event),
    });
  }
  return next;
}

/**
 * Takes a target to its next state within a transaction. Stores the state with `cause.patch` and its audit entry, and
 * leaves the job that shows both.
 * @throws {ForbiddenTransitionError} and then nothing is stored.
 */
export function applyTargetEvent(
  tx: Transaction,
  request: ChangeRequest,
  target: Target,
  event: TargetEvent,
  cause: TargetCause,
): Promise<ChangeRequest> {
  return applyEventToTargets(tx, request, [target], event, cause);
}

/**
 * Does the same for many targets of one state, with an audit entry for each. One statement updates them all: others
 * would wait for a thousand statements.
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
  if (concerned.some(({ state }) => state !== from)) throw new Error("They are in different states.");
  const patch: TargetPatch = { ...cause.patch, state: to };
  const positions = concerned.map(({ position }) => position);
  await tx.requests.updateTargets(request.id, positions, patch);
  const { id } = request;
  for (const { username } of concerned)
    await tx.audit.append(targetMoved({ id, username }, { ...move, event }, cause));
  await showTarget(tx, request);
  // The cards of earlier changes to these users may have become untrue.
  if (to === "verified" || to === "already" || to === "failed")
    for (const { userId } of concerned) await showFinishedOn(tx, userId);
  const moved = new Set(positions);
  const targets = request.targets.map((each) => (moved.has(each.position) ? { ...each, ...patch } : each));
  const next = { ...request, targets };
  await announceLateOutcome(tx, next, from);
  return next;
}

/** The cause of a target's event, with the fields that change together with its state. */
type TargetCause = Cause & { readonly patch?: Omit<TargetPatch, "state"> };

/** Leaves, for a bulk, the job that sends its requester the outcome of each target. */
async function reportOutcomes(tx: Transaction, request: ChangeRequest, topic: string): Promise<void> {
  if (isBulk(request)) await tx.jobs.enqueue({ kind: "deliver_outcomes", requestId: request.id, topic });
}

/** How many finished requests about one user get their cards updated. */
const MOST_SHOWN_AGAIN = 20;

/** Leaves the jobs that update the cards of the latest finished requests about a user. */
export async function showFinishedOn(tx: Transaction, userId: string): Promise<void> {
  for (const requestId of await tx.requests.finishedOn(userId, MOST_SHOWN_AGAIN))
    await tx.jobs.enqueue({ kind: "show_card", requestId });
}

/** Leaves the job that updates the card. A bulk has one card for many targets, whose updates keep to a pace. */
async function showTarget(tx: Transaction, request: ChangeRequest): Promise<void> {
  if (!isBulk(request)) return tx.jobs.enqueue({ kind: "show_card", requestId: request.id });
  const startAfter = await tx.requests.scheduleProgress(request.id);
  if (startAfter) await tx.jobs.enqueue({ kind: "show_progress", requestId: request.id }, { startAfter });
}

/** The states of all targets, also where the request was read with one of them. */
async function statesOf(tx: Transaction, request: ChangeRequest): Promise<readonly TargetState[]> {
  return isBulk(request) ? tx.requests.targetStates(request.id) : request.targets.map(({ state }) => state);
}

/** Announces the outcome of a finished request again when an unknown outcome becomes known. */
async function announceLateOutcome(tx: Transaction, request: ChangeRequest, from: TargetState) {
  if (request.state !== "done" || from !== "unknown") return;
  const outcome = outcomeOf(await statesOf(tx, request));
  if (isBulk(request) && outcome === "unknown") return;
  const topic = `done:${outcome}`;
  await reportOutcomes(tx, request, topic);
  await tx.jobs.enqueue({ kind: "announce", requestId: request.id, topic });
}

/** The topic of the announcement that enough people approved. */
export function approvedTopic({ renewals, decisions }: ChangeRequest): string {
  return `approved:${renewals}.${decisions.length}`;
}

/** The topic of the announcement of an event. Each topic is announced once, so that a repeated event has a new topic. */
function topicOf(request: ChangeRequest, event: RequestEvent): string {
  const { state, renewals, decisions } = request;
  if (event === "renew") return `renewed:${renewals}`;
  if (state === "approved") return approvedTopic(request);
  if (state === "pending") return `pending:${renewals}.${decisions.length}`;
  return state === "stale" ? `stale:${renewals}` : state;
}
