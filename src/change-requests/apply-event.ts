import type { AuditActor } from "../audit/index.ts";
import type { Json } from "../kernel/canonical-json.ts";
import type { ChangeRequest, Target } from "./change-request.ts";
import { nameOf, outcomeOfRequest } from "./change-request.ts";
import type { TargetPatch, Transaction } from "./ports.ts";
import {
  nextRequestState,
  nextTargetState,
  outcomeOf,
  type RequestEvent,
  type TargetEvent,
  type TargetState,
} from "./state-machine.ts";

/** Who caused an event, when, and what the audit entry says of it. */
export interface Cause {
  readonly actor: AuditActor;
  readonly at: Date;
  readonly details?: { readonly [key: string]: Json };
  readonly policyHash?: string;
}

/**
 * Takes a request to its next state within a transaction: the state, its audit entry, and the jobs that
 * show it.
 * @throws {ForbiddenTransitionError} and then nothing is stored.
 */
export async function applyRequestEvent(
  tx: Transaction,
  request: ChangeRequest,
  event: RequestEvent,
  cause: Cause,
): Promise<ChangeRequest> {
  const { from, to, auditKind } = nextRequestState(request.state, event);
  const next: ChangeRequest = { ...request, state: to, waitingFor: null };
  await tx.requests.update(request.id, { state: to, waitingFor: null });
  const outcome = outcomeOfRequest(next);
  await tx.audit.append({
    kind: auditKind,
    at: cause.at,
    actor: cause.actor,
    requestId: nameOf(request.id),
    subject: request.targets.length === 1 ? (request.targets[0]?.username ?? null) : null,
    policyHash: cause.policyHash ?? null,
    details: { ...cause.details, from, event, ...(outcome ? { outcome } : {}) },
  });
  await tx.jobs.enqueue({ kind: "show_card", requestId: request.id });
  if (from === "approved" && to === "pending") {
    // What became due while it was approved was left; what isn't due yet waits on.
    for (const step of ["reminder", "escalation"] as const)
      await tx.jobs.enqueue({ kind: "remind", requestId: request.id, step });
  }
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
 * Takes a target to its next state within a transaction: the state, what goes with it, its audit entry,
 * and the job that shows it.
 * @throws {ForbiddenTransitionError} and then nothing is stored.
 */
export async function applyTargetEvent(
  tx: Transaction,
  request: ChangeRequest,
  target: Target,
  event: TargetEvent,
  cause: Cause & { patch?: Omit<TargetPatch, "state"> },
): Promise<ChangeRequest> {
  const { from, to, auditKind } = nextTargetState(target.state, event);
  const patch: TargetPatch = { ...cause.patch, state: to };
  await tx.requests.updateTarget(request.id, target.position, patch);
  await tx.audit.append({
    kind: auditKind,
    at: cause.at,
    actor: cause.actor,
    requestId: nameOf(request.id),
    subject: target.username,
    policyHash: cause.policyHash ?? null,
    details: { ...cause.details, from, event },
  });
  await tx.jobs.enqueue({ kind: "show_card", requestId: request.id });
  await announceLateOutcome(tx, request, from, to);
  const targets = request.targets.map((each) =>
    each.position === target.position ? { ...each, ...patch } : each,
  );
  return { ...request, targets };
}

/** A finished request whose outcome was unknown says so again when it becomes known. */
async function announceLateOutcome(
  tx: Transaction,
  request: ChangeRequest,
  from: TargetState,
  to: TargetState,
) {
  if (request.state !== "done" || from !== "unknown") return;
  const topic = `done:${outcomeOf(request.targets.map(({ state }) => (state === "unknown" ? to : state)))}`;
  await tx.jobs.enqueue({ kind: "announce", requestId: request.id, topic });
}

/** What is said of an approval that was reached. */
export function approvedTopic({ renewals, decisions }: ChangeRequest): string {
  return `approved:${renewals}.${decisions.length}`;
}

/** What may come to pass more than once is said each time: its topic tells one time from the other. */
function topicOf(request: ChangeRequest, event: RequestEvent): string {
  const { state, renewals, decisions } = request;
  if (event === "renew") return `renewed:${renewals}`;
  if (state === "approved") return approvedTopic(request);
  if (state === "pending") return `pending:${renewals}.${decisions.length}`;
  return state === "stale" ? `stale:${renewals}` : state;
}
