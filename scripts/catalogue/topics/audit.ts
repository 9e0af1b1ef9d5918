import type { AuditEntry, AuditEvent, AuditKind } from "../../../src/audit/index.ts";
import { auditMessage, placeholderMessage } from "../../../src/slack/messages/audit-message.ts";
import { entriesFor, joined, type Topic, under } from "../entries.ts";
import { AT, FORGED, PEOPLE } from "../fixtures.ts";

type Told = Partial<Omit<AuditEvent, "kind" | "at">>;

const REQUEST: Told = { requestId: "CR-17", subject: "nadia.petrov@harborlight.example" };
const BOT: Told = { ...REQUEST, actor: "bot" };
const ROLE = { role: "Alert Emails", from: "active" };
const ROLES = { roles: ["Alert Emails", "Watchlist Manager"] };

/** The content of an entry of each kind. */
const KINDS: Readonly<Record<AuditKind, Told>> = {
  "subject.looked_up": { subject: "nadia.petrov@harborlight.example", details: { asked: "nadia" } },
  "subjects.looked_up": {
    requestId: "CR-17",
    details: { usernames: ["a@harborlight.example", "b@harborlight.example"] },
  },
  "roles.listed": { details: { count: 5 } },
  "users.listed": {
    details: { asked: "nadia", active: true, blocked: null, org: "Sales EMEA", role: null, count: 12 },
  },
  "suggestions.shown": { details: { draft: "00000000-0000-4000-8000-00000000d7af" } },
  "users.exported": {
    details: {
      export: "00000000-0000-4000-8000-000000000001",
      ...{ asked: "nadia", active: true, blocked: null, org: "Sales EMEA", role: null },
      ...{ count: 10_000, total: 12_000, mayMatch: 3, truncated: true, sha256: "0".repeat(64) },
    },
  },
  "export.not_sent": { details: { export: "00000000-0000-4000-8000-000000000001" } },
  "export.deleted": {
    actor: "bot",
    details: { export: "00000000-0000-4000-8000-000000000001", file: "F0EXPORT", alreadyGone: false },
  },
  "attempt.forbidden": {
    ...REQUEST,
    details: {
      action: "approve",
      asked: null,
      reasons: ["You can't decide on your own request. Another person must decide."],
      policies: ["not-ones-own-request"],
    },
  },
  "attempt.rejected": {
    ...REQUEST,
    details: { action: "approve", fault: "already_decided", message: "CR-17 is denied already." },
  },
  "request.created": {
    ...REQUEST,
    details: {
      change: "add_roles",
      ...ROLES,
      grantHours: 8,
      reason: "Exfiltration alert 4711",
      ticket: "INC-4711",
      approvalsNeeded: 1,
      peopleAsked: ["U0THEO", "U0IRIS"],
      othersOpen: ["CR-14"],
      snapshotHash: "0".repeat(64),
      legalHold: "no",
      legalHoldConfirmed: false,
    },
  },
  "request.approved": { ...REQUEST, details: { approvals: 1, from: "pending", event: "enough_approvals" } },
  "request.denied": {
    ...REQUEST,
    details: { reason: "Legal has to agree first.", from: "pending", event: "denial" },
  },
  "request.cancelled": { ...REQUEST, details: { from: "pending", event: "cancel" } },
  "request.expired": { ...BOT, details: { from: "pending", event: "deadline_passed" } },
  "request.stale": {
    ...BOT,
    details: { why: "The account is inactive now.", from: "approved", event: "subject_changed" },
  },
  "request.pending": {
    ...BOT,
    details: {
      why: "An approver is no longer entitled to approve.",
      approvalsNeeded: 1,
      from: "approved",
      event: "approver_lost_authority",
    },
  },
  "request.reminded": { ...BOT, details: { digest: 3, peopleAsked: ["U0THEO"] } },
  "request.escalated": { ...BOT, details: { digest: 3, to: ["insider-risk-leads"], peopleAsked: [] } },
  "request.executing": { ...BOT, details: { from: "approved", event: "first_target_claimed" } },
  "request.done": {
    ...BOT,
    details: { from: "executing", event: "every_target_settled", outcome: "verified" },
  },
  "request.paused": { requestId: "CR-17" },
  "request.resumed": { requestId: "CR-17" },
  "request.stopped": { requestId: "CR-17", details: { skipped: 12 } },
  "decision.approved": {
    ...REQUEST,
    details: { snapshotHash: "0".repeat(64), approvals: 1, approvalsNeeded: 2 },
  },
  "decision.voided": REQUEST,
  "target.executing": {
    ...BOT,
    details: { change: "add_roles", roles: ["alert-emails"], from: "waiting", event: "claim" },
  },
  "target.waiting": {
    ...BOT,
    details: {
      explanation: "It could not be begun in time.",
      from: "executing",
      event: "provably_without_effect",
    },
  },
  "target.verified": { ...BOT, details: { from: "executing", event: "read_back_shows_it" } },
  "target.already": { ...BOT, details: { from: "executing", event: "was_so_already" } },
  "target.refused": {
    ...BOT,
    details: {
      explanation: "Incydr: the user is under legal hold.",
      from: "executing",
      event: "incydr_refused",
    },
  },
  "target.failed": {
    ...BOT,
    details: {
      explanation: "The change did not take effect.",
      from: "executing",
      event: "read_back_denies_it",
    },
  },
  "target.unknown": {
    ...BOT,
    details: {
      explanation: "Incydr can't be read at the moment.",
      from: "executing",
      event: "outcome_not_known",
    },
  },
  "target.skipped": { ...BOT, details: { from: "waiting", event: "skip" } },
  "target.stale": { ...BOT, details: { from: "waiting", event: "subject_changed" } },
  "ratification.awaiting": {
    ...BOT,
    details: { deadlineAt: AT.ratifyBy.toISOString(), escalateTo: ["insider-risk-leads"] },
  },
  "ratification.overdue": { ...BOT, details: { escalateTo: ["insider-risk-leads"] } },
  "ratification.ratified": { ...REQUEST, details: { reason: null, overdue: false } },
  "ratification.disputed": { ...REQUEST, details: { reason: "It could have waited.", overdue: true } },
  "grant.active": { ...BOT, details: { ...ROLES, grantHours: 8, endsAt: AT.grantEnd.toISOString() } },
  "grant.warned": { ...BOT, details: { ...ROLES, endsAt: AT.grantEnd.toISOString() } },
  "grant.revoking": { ...BOT, details: { ...ROLE, event: "end_reached" } },
  "grant.revoked": { ...BOT, details: { ...ROLE, from: "revoking", event: "read_back_shows_it" } },
  "grant.superseded": {
    ...BOT,
    details: {
      ...ROLE,
      explanation: "CR-21 gave the role for good.",
      by: "CR-21",
      event: "given_for_good",
    },
  },
  "grant.attempt_failed": {
    ...BOT,
    details: {
      ...ROLES,
      attempt: 3,
      why: "Incydr still shows the role.",
      nextAttemptAt: AT.later.toISOString(),
    },
  },
  "grant.escalated": { ...BOT, details: { digest: 3, to: ["insider-risk-leads"] } },
  "grants.listed": { details: { count: 2 } },
  "role.viewed": { details: { role: "Alert Emails" } },
  "orgs.listed": { details: { asked: "sales", count: 2 } },
  "org.viewed": { details: { orgGuid: "11111111-0000-4000-8000-000000000002", name: "Sales" } },
  "requests.listed": { details: { which: "open", count: 2 } },
  "request.viewed": { requestId: "CR-17" },
  "group.changed": {
    actor: "bot",
    details: {
      group: "insider-risk-leads",
      what: "members",
      added: ["U0THEO", "U0IRIS", "U0MAYA", "U0SVEN", "U0PIA", "U0JONAS"],
      removed: [],
    },
  },
  "job.given_up": {
    ...BOT,
    details: { job: "execute", error: "unexpected_answer", reference: "4f2a", faults: 20 },
  },
  "job.escalated": {
    ...BOT,
    details: { job: "end_grants", error: "unexpected_answer", reference: "4f2a", faults: 20 },
  },
  "policies.recorded": {
    actor: { slackUserId: "cli:ops", email: null },
    details: { groups: ["insider-risk-analysts", "insider-risk-leads"] },
  },
  "policies.refused": { actor: "bot", details: { faults: ["40-approve.cedar:3: unknown action"] } },
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
      "nested details": auditMessage([
        entryOf("request.created", {
          ...REQUEST,
          details: { change: { kind: "deactivate", grantHours: null } },
        }),
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
