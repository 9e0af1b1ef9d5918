import type {
  BulkFileFault,
  FormFaults,
  NothingToDo,
  NothingToUndo,
  NotRenewable,
  Refusal,
} from "../../../src/change-requests/index.ts";
import { noticeMessage } from "../../../src/slack/texts/notice.ts";
import type { TypedUserFault } from "../../../src/subjects/index.ts";
import { joined, type Topic } from "../entries.ts";
import { steady } from "../refusal-message.ts";

const requestId = 17;
const username = "nadia.petrov@harborlight.example";

const NOTHING_TO_DO: readonly NothingToDo[] = [
  { why: "inactive", username },
  { why: "active", username },
  { why: "holds_every_role", username },
  { why: "holds_no_role", username },
  { why: "role_held", username, role: "Alert Emails" },
  { why: "role_not_held", username, role: "Alert Emails" },
  { why: "org_unknown", username },
  { why: "in_org", username, org: "Sales" },
  { why: "in_effect", username, requestId },
  { why: "gives_no_more", requestId },
  { why: "gave_none", requestId },
];

const NOTHING_TO_UNDO: readonly NothingToUndo[] = [
  { why: "bulk", requestId },
  { why: "no_longer_shown", requestId, username },
  { why: "org_gone", org: "Research" },
  { why: "former_org_unknown" },
  { why: "roles_not_assignable", roles: ["Alert Emails", "PROe User"] },
  { why: "roles_were_lent", requestId, roles: ["Alert Emails", "PROe User"] },
];

const NOT_RENEWABLE: readonly NotRenewable[] = [
  { why: "hold_unreadable", requestId },
  { why: "not_permitted", reason: "A change to a protected user needs 2 approvals." },
];

const name = "Theo Okafor";
const whoCould = ["insider-risk-leads", "security-managers"];
const rule = "You joined the approvers' group less than 10 minutes ago. Wait, or ask another lead.";
const FORM_FAULTS: readonly FormFaults[] = [
  { reason: { kind: "never_permitted" } },
  { ticket: { kind: "too_long", most: 100, length: 101 } },
  { legal_hold: "not_confirmed_of_some" },
  { people_asked: [{ kind: "unknown", slackUserId: "U0NOBODY" }] },
  {
    people_asked: [
      { kind: "subject", name },
      { kind: "guest", name },
    ],
  },
  { people_asked: [{ kind: "forbidden", name, policyIds: [], reasons: ["No."], whoCould }] },
  { people_asked: [{ kind: "forbidden", name, policyIds: ["joined-just-now"], reasons: [rule], whoCould }] },
];

const BULK_FILE: readonly BulkFileFault[] = [
  { kind: "unreadable", detail: "Slack answered 500." },
  { kind: "too_many_lines", count: 10_001, most: 10_000, mostSubjects: 1_000 },
];

const TYPED_USERS: readonly TypedUserFault[] = [
  { kind: "nobody_named" },
  { kind: "text_too_long", most: 1_000, length: 1_001 },
  { kind: "id_too_long", most: 128, length: 129 },
  { kind: "username_too_long", most: 320, length: 321 },
  { kind: "half_character" },
  { kind: "control_character" },
  { kind: "sign_in_link" },
  { kind: "other_words", name: username },
];

/** The answers to refused clicks for the causes of a refusal that no other topic shows. */
export function refusalCauses(): Topic {
  const refusals: readonly Refusal[] = [
    ...NOTHING_TO_DO.map((data) => ({ code: "nothing_to_do", data }) as const),
    ...NOTHING_TO_UNDO.map((data) => ({ code: "nothing_to_undo", data }) as const),
    ...NOT_RENEWABLE.map((data) => ({ code: "not_renewable", data }) as const),
    ...BULK_FILE.map((data) => ({ code: "bulk_file", data }) as const),
    ...FORM_FAULTS.map((faults) => ({ code: "invalid_form", data: { faults } }) as const),
    ...TYPED_USERS.map((fault) => ({ code: "subject_unreadable", data: { fault } }) as const),
    { code: "reason_missing", data: { of: "freeze", fault: { kind: "says_nothing" } } },
    { code: "freeze_unchanged", data: { why: "not_frozen" } },
    { code: "freeze_unchanged", data: { why: "read_only" } },
  ];
  return joined(
    ...refusals.map((refusal) => ({
      [nameOf(refusal)]: steady(noticeMessage({ kind: "refused", refusal, reason: null })),
    })),
  );
}

/** Such as `nothing_to_do · inactive`. */
function nameOf({ code, data }: Refusal): string {
  const { why, kind, fault, faults } = { ...data } as Partial<Record<string, unknown>>; // the possible fields of a cause
  return `${code} · ${why ?? kind ?? causesIn(fault ?? faults)}`;
}

/** The causes in the faults of a form, such as `people_asked: subject, guest`. */
function causesIn(faults: unknown): string {
  if (typeof faults === "string") return faults;
  if (Array.isArray(faults)) return faults.map(causesIn).join(", ");
  if (typeof faults !== "object" || faults === null) return "";
  if ("policyIds" in faults)
    return Array.isArray(faults.policyIds) && faults.policyIds.length > 0
      ? "forbidden by a rule"
      : "forbidden";
  if ("kind" in faults) return String(faults.kind);
  return Object.entries(faults)
    .map(([field, fault]) => `${field}: ${causesIn(fault)}`)
    .join("; ");
}
