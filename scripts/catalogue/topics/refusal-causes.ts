import type {
  BulkFileFault,
  NothingToDo,
  NothingToUndo,
  NotRenewable,
  Refusal,
} from "../../../src/change-requests/index.ts";
import { noticeMessage } from "../../../src/slack/texts/notice.ts";
import type { Topic } from "../entries.ts";
import { steady } from "../telling.ts";

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
  { why: "not_permitted", reason: "Nobody changes a protected user without two approvals." },
];

const BULK_FILE: readonly BulkFileFault[] = [
  { kind: "unreadable", detail: "Slack answered 500." },
  { kind: "too_many_lines", count: 10_001, most: 10_000, mostSubjects: 1_000 },
];

/** The answers to refused clicks for the causes of a refusal that no other topic shows. */
export function refusalCauses(): Topic {
  const refusals: readonly Refusal[] = [
    ...NOTHING_TO_DO.map((data) => ({ code: "nothing_to_do", data }) as const),
    ...NOTHING_TO_UNDO.map((data) => ({ code: "nothing_to_undo", data }) as const),
    ...NOT_RENEWABLE.map((data) => ({ code: "not_renewable", data }) as const),
    ...BULK_FILE.map((data) => ({ code: "bulk_file", data }) as const),
    { code: "freeze_unchanged", data: { why: "not_frozen" } },
    { code: "freeze_unchanged", data: { why: "read_only" } },
  ];
  return Object.fromEntries(
    refusals.map((refusal) => [
      nameOf(refusal),
      steady(noticeMessage({ kind: "refused", refusal, reason: null })),
    ]),
  );
}

/** Such as `nothing_to_do · inactive`. */
function nameOf({ code, data }: Refusal): string {
  const { why, kind } = { ...data } as { why?: string; kind?: string }; // causes have the one or the other
  return `${code} · ${why ?? kind}`;
}
