import type { AuditEntry, AuditEvent, AuditKind } from "../../../src/audit/index.ts";
import { auditMessage, placeholderMessage } from "../../../src/slack/messages/audit-message.ts";
import { entriesFor, joined, type Topic, under } from "../entries.ts";
import { AT, FORGED, PEOPLE } from "../fixtures.ts";

type Told = Partial<Omit<AuditEvent, "kind" | "at">>;

const REQUEST: Told = { requestId: "CR-17", subject: "nadia.petrov@harborlight.example" };
const BOT: Told = { ...REQUEST, actor: "bot" };
const ROLE = { role: "alert-emails", roleName: "Alert Emails" };

/** The content of an entry of each kind. */
const KINDS: Readonly<Record<AuditKind, Told>> = {
  "subject.looked_up": { subject: "nadia.petrov@harborlight.example", details: { asked: "nadia" } },
  "subjects.looked_up": {
    requestId: "CR-17",
    details: { usernames: ["a@harborlight.example", "b@harborlight.example"] },
  },
  "roles.listed": {},
  "attempt.forbidden": {
    ...REQUEST,
    details: {
      action: "approve",
      reasons: ["Nobody approves their own request."],
      whoCould: ["insider-risk-leads"],
    },
  },
  "attempt.rejected": {
    ...REQUEST,
    details: { action: "approve", fault: "already_decided", message: "CR-17 is denied already." },
  },
  "request.created": {
    ...REQUEST,
    details: {
      change: { kind: "deactivate" },
      reason: "Exfiltration alert 4711",
      ticket: "INC-4711",
      approvalsNeeded: 1,
    },
  },
  "request.approved": { ...REQUEST, details: { from: "pending" } },
  "request.denied": { ...REQUEST, details: { from: "pending", reason: "Legal has to agree first." } },
  "request.cancelled": { ...REQUEST, details: { from: "pending" } },
  "request.expired": { ...BOT, details: { from: "pending" } },
  "request.stale": { ...BOT, details: { from: "approved", why: "The account is inactive now." } },
  "request.pending": { ...BOT, details: { from: "approved" } },
  "request.reminded": BOT,
  "request.escalated": { ...BOT, details: { escalateTo: ["insider-risk-leads"] } },
  "request.executing": { ...BOT, details: { from: "approved" } },
  "request.done": { ...BOT, details: { from: "executing", outcome: "verified" } },
  "request.paused": { requestId: "CR-17" },
  "request.resumed": { requestId: "CR-17" },
  "request.stopped": { requestId: "CR-17", details: { skipped: 12 } },
  "decision.approved": { ...REQUEST, details: { snapshotHash: "0".repeat(64) } },
  "decision.voided": { ...BOT, details: { approver: "theo.okafor@harborlight.example" } },
  "target.executing": { ...BOT, details: { from: "waiting" } },
  "target.waiting": { ...BOT, details: { from: "executing" } },
  "target.verified": { ...BOT, details: { from: "executing" } },
  "target.already": { ...BOT, details: { from: "executing" } },
  "target.refused": {
    ...BOT,
    details: { from: "executing", explanation: "Incydr: the user is under legal hold." },
  },
  "target.failed": { ...BOT, details: { from: "executing", explanation: "Incydr did not show it." } },
  "target.unknown": { ...BOT, details: { from: "executing", explanation: "Incydr did not answer in time." } },
  "target.skipped": { ...BOT, details: { from: "waiting" } },
  "target.stale": { ...BOT, details: { from: "waiting" } },
  "ratification.awaiting": { ...BOT, details: { deadlineAt: AT.ratifyBy.toISOString() } },
  "ratification.overdue": BOT,
  "ratification.ratified": REQUEST,
  "ratification.disputed": { ...REQUEST, details: { reason: "It could have waited." } },
  "grant.active": { ...BOT, details: { ...ROLE, endsAt: AT.grantEnd.toISOString() } },
  "grant.warned": { ...BOT, details: ROLE },
  "grant.revoking": { ...BOT, details: ROLE },
  "grant.revoked": { ...BOT, details: ROLE },
  "grant.superseded": { ...BOT, details: { ...ROLE, explanation: "CR-21 gives it for good." } },
  "grant.attempt_failed": { ...BOT, details: { ...ROLE, explanation: "Incydr refuses it.", attempts: 3 } },
  "grant.escalated": { ...BOT, details: { ...ROLE, escalateTo: ["insider-risk-leads"] } },
  "grants.listed": { details: { asked: "nadia" } },
  "group.changed": { actor: "bot", details: { group: "insider-risk-leads", added: ["U0THEO"], removed: [] } },
  "job.given_up": {
    ...BOT,
    details: { job: "execute", error: "unexpected_answer", reference: "4f2a", faults: 20 },
  },
  "job.escalated": {
    ...BOT,
    details: { job: "end_grants", error: "unexpected_answer", reference: "4f2a", faults: 20 },
  },
  "policies.recorded": { actor: { slackUserId: "cli:ops", email: null }, details: { hash: "1".repeat(64) } },
  "policies.refused": { actor: "bot", details: { hash: "1".repeat(64), stricter: true } },
  "service.started_read_only": { actor: "bot" },
  "service.started_writing": { actor: "bot" },
  "writes.frozen": { details: { reason: "Drill" } },
  "writes.unfrozen": {},
};

function entryOf(kind: AuditKind, told: Told = KINDS[kind], seq = 41): AuditEntry {
  return {
    seq,
    kind,
    at: AT.decided,
    actor: PEOPLE.theo,
    requestId: null,
    subject: null,
    policyHash: "2".repeat(64),
    details: {},
    prevHash: "3".repeat(64),
    correlationId: "5d1f0c9e-8f0b-4c55-9a53-2d0f4f3c6a11",
    hash: "abcdef0123456789".repeat(4),
    ...told,
  };
}

/** Messages of the audit channel. */
export function auditMessages(): Topic {
  const kinds = Object.keys(KINDS) as AuditKind[]; // its keys are all kinds
  const long = "A long explanation. ".repeat(30);
  const [first, second] = [entryOf("request.created"), entryOf("request.approved", undefined, 42)];
  return joined(
    under(
      "kind",
      entriesFor(KINDS, (told, kind) => auditMessage([entryOf(kind as AuditKind, told)])), // a key of that record
    ),
    {
      "several entries": auditMessage(
        kinds.slice(0, 8).map((kind, index) => entryOf(kind, KINDS[kind], 41 + index)),
      ),
      "an entry is withheld": auditMessage([first, second], { withheld: new Set([42]) }),
      "every entry is withheld": auditMessage([first], { withheld: new Set([41]) }),
      "a long text": auditMessage([entryOf("target.failed", { ...BOT, details: { explanation: long } })]),
      "several long texts": auditMessage([
        entryOf("target.failed", { ...BOT, details: { why: long, explanation: long, count: 3 } }),
      ]),
      "forged texts": auditMessage([
        entryOf("request.created", {
          requestId: "CR-17",
          subject: FORGED.username,
          details: { reason: FORGED.reason, ticket: "INC-1 · reason: none", role: FORGED.role },
        }),
      ]),
      "Slack refuses the content": placeholderMessage(first, "invalid_blocks"),
    },
  );
}
