import type { AuditActor, AuditEvent, AuditKind } from "./audit-entry.ts";

/** The actor, the time and the policies of an event. */
export interface Occasion {
  readonly actor: AuditActor;
  readonly at: Date;
  /** Hash of the policies that decided; default `null`: no policy decided. */
  readonly policyHash?: string | null;
}

// The names and values of details are hashed, and so must not change.
type Details = AuditEvent["details"];

/** The request and the subject of an event; both default to `null`. */
interface Concerned {
  readonly requestId?: string | null;
  /** A username. */
  readonly subject?: string | null;
}

export function auditEvent(
  kind: AuditKind,
  { actor, at, policyHash = null }: Occasion,
  details: Details,
  { requestId = null, subject = null }: Concerned = {},
): AuditEvent {
  return { kind, at, actor, requestId, subject, policyHash, details };
}

export function attemptForbidden(
  occasion: Occasion,
  attempt: {
    readonly action: string;
    /** The typed text that names the subject; `null` without one. */
    readonly asked: string | null;
    readonly reasons: readonly string[];
    readonly policies: readonly string[];
  },
  concerned: Concerned,
): AuditEvent {
  return auditEvent("attempt.forbidden", occasion, attempt, concerned);
}

/** An attempt had no effect, though no policy forbade it. */
export function rejectedAttempt(attempt: Occasion & Concerned & { readonly details: Details }): AuditEvent {
  return auditEvent("attempt.rejected", attempt, attempt.details, attempt);
}

/** A person saw one user: in a look-up, or in the form of a change. */
export function subjectLookedUp(occasion: Occasion, subject: string, details: Details): AuditEvent {
  return auditEvent("subject.looked_up", occasion, details, { subject });
}

/** A person saw a list of users: the dry run of a bulk, or the list of a request. */
export function subjectsLookedUp(
  occasion: Occasion,
  details: Details & { readonly usernames: readonly string[] },
  requestId: string | null = null,
): AuditEvent {
  return auditEvent("subjects.looked_up", occasion, details, { requestId });
}

export function rolesListed(occasion: Occasion, count: number): AuditEvent {
  return auditEvent("roles.listed", occasion, { count });
}

/** A person saw a list of users from the directory. */
export function usersListed(occasion: Occasion, filter: ListFilter & { readonly count: number }): AuditEvent {
  return auditEvent("users.listed", occasion, filter);
}

/** The filter of a list of users. `asked` is its typed text. */
type ListFilter = {
  readonly asked: string | null;
  readonly active: boolean | null;
  readonly blocked: boolean | null;
  readonly org: string | null;
  readonly role: string | null;
};

/** The bot is about to send a person a file of users. `count` is the number of its rows. */
export function usersExported(
  occasion: Occasion,
  file: ListFilter & {
    readonly export: string;
    readonly count: number;
    readonly total: number;
    readonly mayMatch: number;
    readonly truncated: boolean;
    readonly sha256: string;
  },
): AuditEvent {
  return auditEvent("users.exported", occasion, file);
}

/** Slack does not let the bot send the file of an export to the person. */
export function exportNotSent(occasion: Occasion, details: { readonly export: string }): AuditEvent {
  return auditEvent("export.not_sent", occasion, details);
}

/** The file of an export is deleted. `alreadyGone`: somebody else deleted it before. */
export function exportDeleted(
  occasion: Occasion,
  details: { readonly export: string; readonly file: string; readonly alreadyGone: boolean },
): AuditEvent {
  return auditEvent("export.deleted", occasion, details);
}

/** A form suggested users, roles or organizations to a person who typed in it. The typed texts are not kept. */
export function suggestionsShown(occasion: Occasion, draft: string): AuditEvent {
  return auditEvent("suggestions.shown", occasion, { draft });
}

export function grantsListed(occasion: Occasion, count: number): AuditEvent {
  return auditEvent("grants.listed", occasion, { count });
}

export function roleViewed(occasion: Occasion, role: string): AuditEvent {
  return auditEvent("role.viewed", occasion, { role });
}

/** A person saw a list of organizations from the directory. `asked` is the typed text of the filter. */
export function orgsListed(
  occasion: Occasion,
  { asked, count }: { readonly asked: string | null; readonly count: number },
): AuditEvent {
  return auditEvent("orgs.listed", occasion, { asked, count });
}

export function orgViewed(
  occasion: Occasion,
  { orgGuid, name }: { readonly orgGuid: string; readonly name: string },
): AuditEvent {
  return auditEvent("org.viewed", occasion, { orgGuid, name });
}

export function requestsListed(occasion: Occasion, which: string, { count }: { count: number }): AuditEvent {
  return auditEvent("requests.listed", occasion, { which, count });
}

export function requestViewed(occasion: Occasion, requestId: string): AuditEvent {
  return auditEvent("request.viewed", occasion, {}, { requestId });
}

export function writesFrozen(occasion: Occasion, reason: string | null): AuditEvent {
  return auditEvent("writes.frozen", occasion, { reason });
}

export function writesUnfrozen(occasion: Occasion): AuditEvent {
  return auditEvent("writes.unfrozen", occasion, {});
}

/** The service started with `READ_ONLY=true`, or for the first time without it after such a start. */
export function serviceStarted(occasion: Occasion, { readOnly }: { readOnly: boolean }): AuditEvent {
  return auditEvent(readOnly ? "service.started_read_only" : "service.started_writing", occasion, {});
}

/** A job failed at each of its tries; with `goesOnDaily` it is tried once a day from now on. */
export function jobFailed(
  occasion: Occasion,
  failure: {
    readonly job: string;
    /** Code of the last fault. */
    readonly error: string;
    /** The name of the failure in the log. */
    readonly reference: string;
    readonly faults: number;
  },
  { goesOnDaily, ...concerned }: Concerned & { readonly goesOnDaily: boolean },
): AuditEvent {
  return auditEvent(goesOnDaily ? "job.escalated" : "job.given_up", occasion, failure, concerned);
}

/** The policies of the occasion decide from now on; `groups` are the user groups that they name. */
export function policiesRecorded(occasion: Occasion, groups: readonly string[]): AuditEvent {
  return auditEvent("policies.recorded", occasion, { groups });
}

/** The bot refused changed policies; the policies of the occasion still decide. */
export function policiesRefused(occasion: Occasion, faults: readonly string[]): AuditEvent {
  return auditEvent("policies.refused", occasion, { faults });
}

/** The members of a user group that the policies name have changed. */
export function groupChanged(
  occasion: Occasion,
  change: {
    readonly group: string;
    readonly what: string;
    readonly added: readonly string[];
    readonly removed: readonly string[];
  },
): AuditEvent {
  return auditEvent("group.changed", occasion, change);
}
