import type { Generated, JSONColumnType } from "kysely";
import type { AuditKind } from "../audit/index.ts";
import type { PolicySources } from "../authorization/index.ts";
import type {
  BulkKind,
  Change,
  Decision,
  Draft,
  DryRun,
  EmergencyTerms,
  GivenInput,
  GrantState,
  Job,
  OrgOption,
  RatificationState,
  Reminder,
  RequestState,
  RevocationWaitsFor,
  Snapshot,
  TargetState,
  WaitingFor,
} from "../change-requests/index.ts";
import type { Json } from "../kernel/canonical-json.ts";
import type { DirectoryReading, Preflight, RoleRef } from "../subjects/index.ts";

/** The tables that `migrations/` creates. `bigint` columns are read as numbers (see `database.ts`). */
export interface Tables {
  change_requests: {
    id: Generated<number>;
    state: RequestState;
    change: JSONColumnType<Change>;
    undoes: number | null;
    others_open: Generated<number[]>;
    requester_slack_id: string;
    requester_email: string | null;
    requester_user_id: string | null;
    reason: string;
    ticket: string | null;
    people_asked: Generated<string[]>;
    channel_id: string;
    thread_ts: string | null;
    approvals_needed: number;
    snapshot_hash: string;
    policy_hash: string;
    cancelled_by: string | null;
    cancelled_at: Date | null;
    renewals: Generated<number>;
    emergency: JSONColumnType<EmergencyTerms> | null;
    waiting_for: WaitingFor | null;
    wake_at: Date | null;
    settle_at: Date | null;
    unreadable_reads: Generated<number>;
    paused: Generated<boolean>;
    stopped: Generated<boolean>;
    progress_due_at: Date | null;
    created_at: Date;
    expires_at: Date;
    execute_by: Date | null;
    not_before: Date | null;
  };
  targets: {
    request_id: number;
    position: number;
    user_id: string;
    username: string;
    display_name: string;
    slack_user_ids: string[];
    facts: JSONColumnType<Preflight>;
    snapshot: JSONColumnType<Snapshot>;
    state: TargetState;
    attempts: number;
    intent_at: Date | null;
    intent_deadline_at: Date | null;
    explanation: string | null;
    outstanding_role_ids: string[] | null;
    settled_at: Date | null;
  };
  snapshots: {
    request_id: number;
    position: number;
    renewal: number;
    facts: JSONColumnType<Preflight>;
    snapshot: JSONColumnType<Snapshot>;
    slack_user_ids: string[];
    taken_at: Date | null;
  };
  decisions: {
    request_id: number;
    position: Generated<number>;
    click_id: string;
    approver_slack_id: string;
    approver_email: string | null;
    approver_user_id: string | null;
    policy_ids: string[] | null;
    entitling_groups: string[] | null;
    on_behalf_of_slack_id: string | null;
    verdict: Decision["verdict"];
    reason: string | null;
    snapshot_hash: string;
    decided_at: Date;
    void: Generated<boolean>;
  };
  ratifications: {
    request_id: number;
    state: RatificationState;
    deadline_at: Date;
    overdue: boolean;
    decided_by_slack_id: string | null;
    decided_by_email: string | null;
    reason: string | null;
    decided_at: Date | null;
  };
  drafts: DraftColumns & {
    who: string | null;
    kind: Change["kind"] | null;
    emergency: boolean;
    facts: JSONColumnType<Preflight> | null;
    slack_user_ids: string[];
    role_options: JSONColumnType<RoleRef[]>;
    org_options: JSONColumnType<OrgOption[]>;
    undo: JSONColumnType<NonNullable<Draft["undo"]>> | null;
  };
  grants: {
    request_id: number;
    user_id: string;
    role_id: string;
    role_name: string;
    state: GrantState;
    granted_at: Date;
    ends_at: Date;
    warned_at: Date | null;
    ended_by_slack_id: string | null;
    ended_by_email: string | null;
    intent_at: Date | null;
    intent_deadline_at: Date | null;
    failed_attempts: Generated<number>;
    refused_attempts: Generated<number>;
    failing_since: Date | null;
    waiting_for: RevocationWaitsFor | null;
    wake_at: Date | null;
    explanation: string | null;
    ended_at: Date | null;
  };
  digests: {
    id: Generated<number>;
    made_at: Date;
  };
  reminders: {
    request_id: number;
    step: Reminder["step"];
    due_at: Date;
    escalate_to: string[];
    digest_id: number | null;
  };
  upkeep: {
    only_row: Generated<boolean>;
    next_prune_at: Date | null;
    last_start_read_only: Generated<boolean>;
  };
  handled_clicks: {
    click_id: string;
    handled_at: Date;
  };
  policy_versions: {
    version: Generated<number>;
    hash: string;
    recorded_at: Date;
  };
  card_pace: {
    only_row: Generated<boolean>;
    next_at: Date;
  };
  policy_texts: {
    hash: string;
    schema: string;
    files: JSONColumnType<PolicySources["files"][number][]>;
  };
  bulk_drafts: DraftColumns & {
    kind: BulkKind;
    input: JSONColumnType<GivenInput> | null;
    reading: JSONColumnType<DryRun> | null;
  };
  write_freeze: {
    only_row: Generated<boolean>;
    by_slack_id: string;
    by_email: string | null;
    reason: string | null;
    frozen_at: Date;
  };
  user_groups: {
    handle: string;
    group_id: string;
    read_at: Date;
    gone: boolean;
  };
  group_members: {
    handle: string;
    slack_user_id: string;
    since: Date | null;
  };
  directory_users: {
    user_id: string;
    username: string;
    display_name: string;
    folded_username: string;
    folded_name: string;
    active: boolean | null;
    blocked: boolean | null;
    org_guid: string | null;
    org_name: string | null;
    folded_org: string | null;
    read_at: Date;
    listed_at: Date;
    roles_read_at: Date | null;
    roles_listed_at: Date | null;
    roles_tried_at: Date | null;
    missed: Generated<number>;
    gone_at: Date | null;
  };
  directory_roles: {
    user_id: string;
    role_id: string;
    role_name: string;
    folded_name: string;
    read_at: Date;
  };
  directory_orgs: {
    org_guid: string;
    org_name: string;
    folded_name: string;
    parent_org_guid: string | null;
    active: boolean | null;
    user_count: number | null;
    read_at: Date;
    missed: Generated<number>;
    gone_at: Date | null;
  };
  directory_readings: {
    id: Generated<number>;
    kind: DirectoryReading["kind"];
    started_at: Date;
    finished_at: Date | null;
    complete: Generated<boolean>;
    read_count: Generated<number>;
    total_count: number | null;
  };
  audit_entries: {
    seq: number;
    kind: AuditKind;
    at: Date;
    actor_slack_id: string | null;
    actor_email: string | null;
    request_id: string | null;
    subject: string | null;
    policy_hash: string | null;
    details: JSONColumnType<{ [key: string]: Json }>;
    prev_hash: string;
    hash: string;
    correlation_id: string | null;
  };
  audit_publication: {
    only_row: Generated<boolean>;
    published_seq: number;
    batch_end: number | null;
    refusals: Generated<number>;
  };
  job_failures: {
    key: string;
    kind: Job["kind"];
    request_id: number | null;
    faults: number;
    last_error_code: string;
    reference: string;
    first_at: Date;
    last_at: Date;
    given_up_at: Date | null;
  };
  slack_posts: {
    key: string;
    channel_id: string;
    thread_ts: string | null;
    ts: string | null;
    content_hash: string | null;
    begun_at: Generated<Date>;
    update_refused_at: Date | null;
  };
}

export interface DraftColumns {
  id: string;
  opener_slack_id: string;
  opener_email: string | null;
  opener_user_id: string | null;
  channel_id: string;
  thread_ts: string | null;
  request_id: number | null;
  expires_at: Date;
}
