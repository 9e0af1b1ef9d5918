import type { Json } from "../kernel/canonical-json.ts";

/** The closed set of events, so that each has one name. */
export type AuditKind =
  | "subject.looked_up"
  | "subjects.looked_up"
  | "roles.listed"
  | "users.listed"
  | "suggestions.shown"
  | "users.exported"
  | "export.not_sent"
  | "export.deleted"
  | "attempt.forbidden"
  | "attempt.rejected"
  | "request.created"
  | "request.approved"
  | "request.denied"
  | "request.cancelled"
  | "request.expired"
  | "request.stale"
  | "request.pending"
  | "request.reminded"
  | "request.escalated"
  | "request.executing"
  | "request.done"
  | "request.paused"
  | "request.resumed"
  | "request.stopped"
  | "decision.approved"
  | "decision.voided"
  | "target.executing"
  | "target.waiting"
  | "target.verified"
  | "target.already"
  | "target.refused"
  | "target.failed"
  | "target.unknown"
  | "target.skipped"
  | "target.stale"
  | "ratification.awaiting"
  | "ratification.overdue"
  | "ratification.ratified"
  | "ratification.disputed"
  | "grant.active"
  | "grant.warned"
  | "grant.revoking"
  | "grant.revoked"
  | "grant.superseded"
  | "grant.attempt_failed"
  | "grant.escalated"
  | "grants.listed"
  | "requests.listed"
  | "role.viewed"
  | "orgs.listed"
  | "org.viewed"
  | "request.viewed"
  | "group.changed"
  | "job.given_up"
  | "job.escalated"
  | "policies.recorded"
  | "policies.refused"
  | "service.started_read_only"
  | "service.started_writing"
  | "writes.frozen"
  | "writes.unfrozen";

export type AuditActor = { readonly slackUserId: string; readonly email: string | null } | "bot";

/** An event without a place in the chain. */
export interface AuditEvent {
  readonly kind: AuditKind;
  readonly at: Date;
  readonly actor: AuditActor;
  /** `null` for an event without a change request. */
  readonly requestId: string | null;
  /** A username; `null` for an event without a subject. */
  readonly subject: string | null;
  /** Hash of the policies that decided; `null` if no policy decided. */
  readonly policyHash: string | null;
  readonly details: { readonly [key: string]: Json };
}

/** An event in its place in the chain. */
export interface AuditEntry extends AuditEvent {
  /** From 1, without gaps. */
  readonly seq: number;
  /** Hash of the previous entry; `GENESIS_HASH` in the first one. */
  readonly prevHash: string;
  readonly hash: string;
  /** The id of the work that caused the event (`kernel/correlation.ts`); `null` in entries of earlier versions. */
  readonly correlationId: string | null;
}

/** Writes events within the transaction of their change. */
export interface AuditLog {
  /** Appends an event, which gets its place in the chain just before the commit. */
  append(event: AuditEvent): Promise<void>;
}

export interface AuditReader {
  /** Every entry in order, a page at a time. */
  all(): AsyncIterable<AuditEntry>;
}
