import type { Json } from "../kernel/canonical-json.ts";

/** What an audit entry can be about; a closed set, so that nothing is logged under two names. */
export type AuditKind =
  | "subject.looked_up"
  | "subjects.looked_up"
  | "roles.listed"
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
  | "group.changed"
  | "job.given_up"
  | "job.escalated"
  | "policies.recorded"
  | "policies.refused"
  | "service.started_read_only"
  | "service.started_writing"
  | "writes.frozen"
  | "writes.unfrozen";

/** Who did it: a person in Slack, or the bot itself. */
export type AuditActor = { readonly slackUserId: string; readonly email: string | null } | "bot";

/** Something that happened, before it has its place in the chain. */
export interface AuditEvent {
  readonly kind: AuditKind;
  readonly at: Date;
  readonly actor: AuditActor;
  /** The change request it belongs to; `null` if to none. */
  readonly requestId: string | null;
  /** Username of the subject; `null` if it is about nobody. */
  readonly subject: string | null;
  /** The policy set that decided; `null` where none was asked. */
  readonly policyHash: string | null;
  readonly details: { readonly [key: string]: Json };
}

/** An event in its place in the chain. */
export interface AuditEntry extends AuditEvent {
  /** From 1, without gaps. */
  readonly seq: number;
  /** Hash of the entry before; of the first entry `GENESIS_HASH`. */
  readonly prevHash: string;
  readonly hash: string;
  /** The id of the work from which it follows (`kernel/correlation.ts`); `null` in entries of earlier versions. */
  readonly correlationId: string | null;
}

/** Where events are written: always within the transaction of the change they tell of. */
export interface AuditLog {
  /** Puts an event behind those before it; it takes its place in the chain when the transaction is about to commit. */
  append(event: AuditEvent): Promise<void>;
}

/** Where entries are read back from. */
export interface AuditReader {
  /** Every entry in order, a page at a time. */
  all(): AsyncIterable<AuditEntry>;
}
