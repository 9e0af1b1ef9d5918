import type { Selectable } from "kysely";
import type { ChangeRequest, Decision, OperatorRef, Ratification, Target } from "../change-requests/index.ts";
import type { Tables } from "./schema.ts";

/** A row as PostgreSQL writes it in JSON, with dates as strings. */
type InJson<Row> = {
  [Column in keyof Row]: Date extends Row[Column] ? Exclude<Row[Column], Date> | string : Row[Column];
};

/** The columns of a request, named one by one: a statement with `*` is never prepared. */
export const REQUEST_COLUMNS = [
  ...(["id", "state", "change", "undoes", "others_open", "reason", "ticket", "people_asked"] as const),
  ...(["requester_slack_id", "requester_email", "requester_user_id", "channel_id", "thread_ts"] as const),
  ...(["approvals_needed", "snapshot_hash", "policy_hash", "cancelled_by", "cancelled_at"] as const),
  ...(["renewals", "emergency", "waiting_for", "wake_at", "settle_at", "paused", "stopped"] as const),
  ...(["created_at", "expires_at", "execute_by", "not_before"] as const),
] satisfies (keyof Tables["change_requests"])[];

type RequestRow = Pick<Selectable<Tables["change_requests"]>, (typeof REQUEST_COLUMNS)[number]>;

export function operatorRef(slackUserId: string, email: string | null, userId: string | null): OperatorRef {
  return { slackUserId, email, ...(userId === null ? {} : { userId }) };
}

export function toRequest(
  row: RequestRow & { will_wake: boolean | null; will_settle: boolean | null; target_count: number },
  targets: readonly Target[],
  decisions: readonly Decision[],
): Omit<ChangeRequest, "ratification"> {
  return {
    id: row.id,
    state: row.state,
    change: row.change,
    undoes: row.undoes,
    othersOpen: row.others_open.map(Number),
    requester: operatorRef(row.requester_slack_id, row.requester_email, row.requester_user_id),
    reason: row.reason,
    ticket: row.ticket,
    peopleAsked: row.people_asked,
    place: { channelId: row.channel_id, threadTs: row.thread_ts },
    approvalsNeeded: row.approvals_needed,
    emergency: row.emergency,
    snapshotHash: row.snapshot_hash,
    policyHash: row.policy_hash,
    renewals: row.renewals,
    cancellation:
      row.cancelled_by && row.cancelled_at ? { slackUserId: row.cancelled_by, at: row.cancelled_at } : null,
    waitingFor: row.waiting_for,
    wakeAt: row.will_wake ? row.wake_at : null,
    settleAt: row.will_settle ? row.settle_at : null,
    createdAt: row.created_at,
    decideBy: row.expires_at,
    executeBy: row.execute_by ?? row.expires_at,
    notBefore: row.not_before,
    targets,
    targetCount: row.target_count,
    paused: row.paused,
    stopped: row.stopped,
    decisions,
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
