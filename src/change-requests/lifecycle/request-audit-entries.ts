import { type AuditEvent, auditEvent, type Occasion } from "../../audit/index.ts";
import type { RoleRef } from "../../subjects/index.ts";
import { type Change, grantHoursOf, rolesGained, rolesLost } from "../model/change.ts";
import {
  type ChangeRequest,
  nameOf,
  onlyTarget,
  stillInvited,
  subjectOf,
  type Target,
} from "../model/change-request.ts";
import type { Grant } from "../model/grant.ts";
import type { GrantEvent, GrantState } from "../model/grant-states.ts";
import type {
  Outcome,
  RatificationState,
  RequestEvent,
  RequestState,
  TargetEvent,
  TargetState,
  Transition,
} from "../model/state-machine.ts";
import type { Reminder } from "../ports/reminder-ports.ts";

type Details = AuditEvent["details"];

/** The actor, the time and the policies of an event. `details` are added to its audit entry. */
export interface Cause extends Occasion {
  readonly details?: Details;
}

type Move<State extends string, Event> = Transition<State> & { readonly event: Event };

/** For a request with one subject. */
export function requestCreated(request: ChangeRequest, legalHoldConfirmed: boolean): AuditEvent {
  const { change, undoes, reason, ticket, approvalsNeeded, peopleAsked, othersOpen, emergency } = request;
  const { username, facts } = onlyTarget(request);
  const grantHours = grantHoursOf(change);
  const details = {
    change: change.kind,
    ...(undoes === null ? {} : { undoes: nameOf(undoes) }),
    ...namesIn(change, facts.roles),
    ...(grantHours === null ? {} : { grantHours }),
    reason,
    ticket,
    approvalsNeeded,
    peopleAsked: [...peopleAsked],
    ...(othersOpen.length > 0 ? { othersOpen: othersOpen.map(nameOf) } : {}),
    ...(emergency ? { emergency: true, ratifyWithinHours: emergency.ratifyWithinHours } : {}),
    snapshotHash: request.snapshotHash,
    legalHold: facts.legalHold.fact,
    legalHoldConfirmed,
  };
  return created(request, username, details);
}

/** For a bulk, even with one target. `leftOut` counts users, `faults` counts lines. */
export function bulkCreated(
  request: ChangeRequest,
  { leftOut, faults, legalHoldConfirmed }: { leftOut: number; faults: number; legalHoldConfirmed: boolean },
): AuditEvent {
  const { change, reason, ticket, approvalsNeeded, peopleAsked, snapshotHash, targets } = request;
  return created(request, null, {
    change: change.kind,
    roles: "roles" in change ? namesOf(change.roles) : [],
    ...("org" in change ? { org: change.org.name } : {}),
    reason,
    ticket,
    approvalsNeeded,
    peopleAsked: [...peopleAsked],
    snapshotHash,
    targets: targets.length,
    leftOut,
    faults,
    legalHoldConfirmed,
    usernames: targets.map(({ username }) => username),
  });
}

function created(request: ChangeRequest, subject: string | null, details: Details): AuditEvent {
  const { id, requester, createdAt, policyHash } = request;
  const occasion = { actor: requester, at: createdAt, policyHash };
  return auditEvent("request.created", occasion, details, { requestId: nameOf(id), subject });
}

/** `outcome`: of a request that is done, else `null`. */
export function requestMoved(
  request: ChangeRequest,
  { from, auditKind, event }: Move<RequestState, RequestEvent>,
  cause: Cause,
  outcome: Outcome | null,
): AuditEvent {
  const details = { ...cause.details, from, event, ...(outcome ? { outcome } : {}) };
  return ofRequest(auditKind, request, cause, details);
}

export function targetMoved(
  { id, username }: Pick<ChangeRequest, "id"> & Pick<Target, "username">,
  { from, auditKind, event }: Move<TargetState, TargetEvent>,
  cause: Cause,
): AuditEvent {
  const details = { ...cause.details, from, event };
  return auditEvent(auditKind, cause, details, { requestId: nameOf(id), subject: username });
}

/** `approvals`: the number that the request has now. */
export function decisionApproved(request: ChangeRequest, approvals: number, occasion: Occasion): AuditEvent {
  const { snapshotHash, approvalsNeeded } = request;
  return ofRequest("decision.approved", request, occasion, { snapshotHash, approvals, approvalsNeeded });
}

/** The approval of a person becomes invalid, because the same person denies the request. */
export function decisionVoided(request: ChangeRequest, occasion: Occasion): AuditEvent {
  return ofRequest("decision.voided", request, occasion, {});
}

export function bulkHeld(
  request: ChangeRequest,
  control: "pause" | "resume",
  occasion: Occasion,
): AuditEvent {
  return ofRequest(control === "pause" ? "request.paused" : "request.resumed", request, occasion, {});
}

/** `skipped`: the number of targets that are not changed any more. */
export function bulkStopped(request: ChangeRequest, skipped: number, occasion: Occasion): AuditEvent {
  return ofRequest("request.stopped", request, occasion, { skipped });
}

/** `request` is `null` if it is not stored any more. */
export function requestReminded(
  { requestId, step, escalateTo }: Reminder,
  { request, digestId, at }: { request: ChangeRequest | null; digestId: number; at: Date },
): AuditEvent {
  const kinds = {
    reminder: "request.reminded",
    escalation: "request.escalated",
    revocation: "grant.escalated",
  } as const;
  const details = {
    digest: digestId,
    ...(step === "reminder" ? {} : { to: [...escalateTo] }),
    ...(request && step !== "revocation" ? { peopleAsked: [...stillInvited(request)] } : {}),
  };
  const occasion: Occasion = { actor: "bot", at, policyHash: request?.policyHash ?? null };
  const subject = request && subjectOf(request);
  return auditEvent(kinds[step], occasion, details, { requestId: nameOf(requestId), subject });
}

export function ratificationAwaiting(
  request: ChangeRequest,
  { deadlineAt, escalateTo, at }: { deadlineAt: Date; escalateTo: readonly string[]; at: Date },
): AuditEvent {
  const { policyHash } = request;
  const details = { deadlineAt: deadlineAt.toISOString(), escalateTo: [...escalateTo] };
  return ofRequest("ratification.awaiting", request, { actor: "bot", at, policyHash }, details);
}

export function ratificationOverdue(request: ChangeRequest, at: Date): AuditEvent {
  const { policyHash, emergency } = request;
  const details = { escalateTo: [...(emergency?.escalateTo ?? [])] };
  return ofRequest("ratification.overdue", request, { actor: "bot", at, policyHash }, details);
}

/** `reason` is `null` for a ratification. */
export function ratificationDecided(
  request: ChangeRequest,
  { auditKind }: Transition<RatificationState>,
  { reason, overdue }: { reason: string | null; overdue: boolean },
  occasion: Occasion,
): AuditEvent {
  return ofRequest(auditKind, request, occasion, { reason, overdue });
}

/** Grants begin when a change of roles for a limited time is settled. */
export function grantsBegun(
  { id, policyHash }: Pick<ChangeRequest, "id" | "policyHash">,
  subject: string,
  grants: { roles: readonly RoleRef[]; grantHours: number; grantedAt: Date; endsAt: Date },
): AuditEvent {
  const { roles, grantHours, grantedAt, endsAt } = grants;
  const details = { roles: namesOf(roles), grantHours, endsAt: endsAt.toISOString() };
  const occasion: Occasion = { actor: "bot", at: grantedAt, policyHash };
  return auditEvent("grant.active", occasion, details, { requestId: nameOf(id), subject });
}

export function grantMoved(
  grant: Grant,
  { from, auditKind, event }: Move<GrantState, GrantEvent>,
  cause: Cause,
): AuditEvent {
  const details = { role: grant.role.name, ...cause.details, from, event };
  return ofGrant(auditKind, grant, cause, details);
}

export function grantsWarned(first: Grant, grants: readonly Grant[], at: Date): AuditEvent {
  const details = { roles: namesOf(grants.map(({ role }) => role)), endsAt: first.endsAt.toISOString() };
  return ofGrant("grant.warned", first, { actor: "bot", at }, details);
}

export function revocationFailed(
  first: Grant,
  grants: readonly Grant[],
  { attempt, why, nextAttemptAt, at }: { attempt: number; why: string; nextAttemptAt: Date; at: Date },
): AuditEvent {
  const roles = namesOf(grants.map(({ role }) => role));
  const details = { roles, attempt, why, nextAttemptAt: nextAttemptAt.toISOString() };
  return ofGrant("grant.attempt_failed", first, { actor: "bot", at }, details);
}

function ofRequest(
  kind: AuditEvent["kind"],
  request: ChangeRequest,
  occasion: Occasion,
  details: Details,
): AuditEvent {
  return auditEvent(kind, occasion, details, {
    requestId: nameOf(request.id),
    subject: subjectOf(request),
  });
}

function ofGrant(
  kind: AuditEvent["kind"],
  { requestId, username }: Grant,
  occasion: Occasion,
  details: Details,
): AuditEvent {
  return auditEvent(kind, occasion, details, { requestId: nameOf(requestId), subject: username });
}

/** The names of a change's roles or organization. */
function namesIn(change: Change, held: readonly RoleRef[]): Record<string, string[]> {
  const roles = "roles" in change ? namesOf(change.roles) : [];
  if (change.kind === "move") return { roles, org: [change.org.name, change.org.guid] };
  if (change.kind !== "replace_roles") return { roles };
  return { roles, gained: namesOf(rolesGained(change, held)), lost: namesOf(rolesLost(change, held)) };
}

function namesOf(roles: readonly RoleRef[]): string[] {
  return roles.map(({ name }) => name);
}
