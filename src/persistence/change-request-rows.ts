import { type Selectable, sql } from "kysely";
import type {
  ChangeRequest,
  Decision,
  OperatorRef,
  Place,
  Ratification,
  Target,
} from "../change-requests/index.ts";
import type { Tables } from "./tables.ts";

/** A row as PostgreSQL writes it in JSON, with dates as strings. */
type InJson<Row> = {
  [Column in keyof Row]: Date extends Row[Column] ? Exclude<Row[Column], Date> | string : Row[Column];
};

/** The columns of a request, with the names that the domain uses. */
export const REQUEST_COLUMNS = [
  ...(["id", "state", "change", "undoes", "others_open as othersOpen", "reason", "ticket"] as const),
  ...(["people_asked as peopleAsked", "approvals_needed as approvalsNeeded", "emergency"] as const),
  ...(["snapshot_hash as snapshotHash", "policy_hash as policyHash", "renewals"] as const),
  ...(["waiting_for as waitingFor", "paused", "stopped", "created_at as createdAt"] as const),
  ...(["expires_at as decideBy", "execute_by as executeBy", "not_before as notBefore"] as const),
  ...(["requester_slack_id", "requester_email", "requester_user_id"] as const),
  ...(["channel_id as channelId", "thread_ts as threadTs", "cancelled_by", "cancelled_at"] as const),
];

type RequestRow = Omit<
  ChangeRequest,
  "requester" | "place" | "cancellation" | "executeBy" | "targets" | "decisions" | "ratification"
> &
  Place &
  Pick<
    Selectable<Tables["change_requests"]>,
    "requester_slack_id" | "requester_email" | "requester_user_id" | "cancelled_by" | "cancelled_at"
  > & { readonly executeBy: Date | null };

/** A time if it is still to come. The database compares, because its clock also decides when jobs are due. */
export function ifToCome(column: string) {
  return sql<Date | null>`case when ${sql.ref(column)} > current_instant() then ${sql.ref(column)} end`;
}

export function operatorRef(slackUserId: string, email: string | null, userId: string | null): OperatorRef {
  return { slackUserId, email, ...(userId === null ? {} : { userId }) };
}

export function toRequest(
  row: RequestRow,
  contents: Pick<ChangeRequest, "targets" | "decisions" | "ratification">,
): ChangeRequest {
  const { requester_slack_id, requester_email, requester_user_id, cancelled_by, cancelled_at, ...rest } = row;
  const { channelId, threadTs, ...request } = rest;
  return {
    ...request,
    othersOpen: request.othersOpen.map(Number), // pg reads an array of bigint as texts
    requester: operatorRef(requester_slack_id, requester_email, requester_user_id),
    place: { channelId, threadTs },
    cancellation: cancelled_by && cancelled_at ? { slackUserId: cancelled_by, at: cancelled_at } : null,
    executeBy: request.executeBy ?? request.decideBy,
    ...contents,
  };
}

/** The columns of a target, with the names that the domain uses. */
export const TARGET_COLUMNS = [
  ...(["position", "user_id as userId", "username", "display_name as displayName"] as const),
  ...(["slack_user_ids as slackUserIds", "facts", "snapshot", "state", "attempts", "explanation"] as const),
  ...(["outstanding_role_ids as outstandingRoleIds", "settled_at as settledAt"] as const),
  ...(["intent_at as intentAt", "intent_deadline_at as intentDeadlineAt"] as const),
];

type TargetRow = Omit<Target, "intent" | "settledAt"> & {
  readonly [Time in "intentAt" | "intentDeadlineAt" | "settledAt"]: string | null;
};

export function toTarget({ intentAt, intentDeadlineAt, settledAt, ...target }: TargetRow): Target {
  return {
    ...target,
    intent:
      intentAt && intentDeadlineAt
        ? { at: new Date(intentAt), deadlineAt: new Date(intentDeadlineAt) }
        : null,
    settledAt: settledAt === null ? null : new Date(settledAt),
  };
}

export function toRatification(row: Selectable<Tables["ratifications"]>): Ratification {
  return {
    state: row.state,
    deadlineAt: row.deadline_at,
    overdue: row.overdue,
    decision:
      row.decided_by_slack_id && row.decided_at
        ? {
            by: { slackUserId: row.decided_by_slack_id, email: row.decided_by_email },
            at: row.decided_at,
            reason: row.reason,
          }
        : null,
  };
}

export function toDecision(row: InJson<Selectable<Tables["decisions"]>>): Decision {
  return {
    clickId: row.click_id,
    approver: operatorRef(row.approver_slack_id, row.approver_email, row.approver_user_id),
    onBehalfOf: row.on_behalf_of_slack_id,
    entitlement:
      row.policy_ids && row.entitling_groups
        ? { policyIds: row.policy_ids, groups: row.entitling_groups }
        : null,
    verdict: row.verdict,
    reason: row.reason,
    snapshotHash: row.snapshot_hash,
    at: new Date(row.decided_at),
    void: row.void,
  };
}
