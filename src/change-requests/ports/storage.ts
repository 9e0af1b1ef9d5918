import type { AuditLog } from "../../audit/index.ts";
import type { GroupRepository, PolicyRecord } from "../../authorization/index.ts";
import type { Preflight, RoleRef } from "../../subjects/index.ts";
import type { BulkDraftRepository } from "../model/bulk-draft.ts";
import type { Change, OrgOption } from "../model/change.ts";
import type {
  ChangeRequest,
  Decision,
  OperatorRef,
  Place,
  Ratification,
  Target,
} from "../model/change-request.ts";
import type { GrantRepository } from "../model/grant.ts";
import type { LaterChange } from "../model/standing.ts";
import type { RequestState, TargetState } from "../model/state-machine.ts";
import type { JobQueue } from "./job.ts";
import type { JobFailureRepository } from "./job-failure.ts";
import type { ReminderRepository } from "./reminder-ports.ts";

export interface Draft {
  readonly id: string;
  readonly opener: OperatorRef;
  readonly place: Place;
  /** The typed user; `null` until one is typed. */
  readonly who: string | null;
  readonly kind: Change["kind"] | null;
  /** Whether the change is executed without waiting for approvals. */
  readonly emergency: boolean;
  /** The subject as read for the form; `null` before. */
  readonly facts: Preflight | null;
  readonly slackUserIds: readonly string[];
  readonly roleOptions: readonly RoleRef[];
  readonly orgOptions: readonly OrgOption[];
  /** The undone request, and the change that undoes it; `null` if it is no undo. */
  readonly undo: { readonly requestId: number; readonly change: Change } | null;
  /** The request that was made from the draft. A second submission leads to the same request. */
  readonly requestId: number | null;
  readonly expiresAt: Date;
}

export type DraftPatch = Partial<Omit<Draft, "id" | "opener" | "place">> & {
  readonly openerUserId?: string;
};

export interface DraftRepository {
  insert(draft: Draft): Promise<void>;
  /** Locks the draft until the transaction ends; resolves to `null` if there is none. */
  lock(id: string): Promise<Draft | null>;
  update(id: string, patch: DraftPatch): Promise<void>;
}

export type NewChangeRequest = Omit<
  ChangeRequest,
  | "id"
  | "decisions"
  | "waitingFor"
  | "wakeAt"
  | "settleAt"
  | "cancellation"
  | "renewals"
  | "ratification"
  | "targetCount"
  | "paused"
  | "stopped"
>;

export type TargetPatch = Partial<
  Pick<Target, "state" | "attempts" | "intent" | "explanation" | "outstandingRoleIds" | "settledAt">
>;

/** The facts of a target at the renewal with this number. */
export interface RenewedTarget extends Pick<Target, "facts" | "snapshot" | "slackUserIds"> {
  readonly renewal: number;
  readonly takenAt: Date;
}

/** The facts that choose the job of an approved or running request. */
export type UnfinishedRequest = Pick<ChangeRequest, "id" | "state" | "emergency" | "targetCount">;

export type RequestPatch = Partial<
  Pick<
    ChangeRequest,
    | "state"
    | "waitingFor"
    | "wakeAt"
    | "settleAt"
    | "approvalsNeeded"
    | "cancellation"
    | "renewals"
    | "snapshotHash"
    | "policyHash"
    | "paused"
    | "stopped"
  >
>;

/** Requests that match every part; `null` matches any. */
export interface RequestListQuery {
  readonly states: readonly RequestState[] | null;
  readonly requesterSlackId: string | null;
  /** The Incydr user id of a subject. */
  readonly userId: string | null;
  readonly since: Date | null;
  /** Only requests with a smaller number. */
  readonly below: number | null;
  /** Only requests with this number or a greater one. */
  readonly atLeast: number | null;
  /** By number. */
  readonly order: "newest_first" | "oldest_first";
  readonly limit: number;
}

/** The subjects of a request, as far as a reader is compared with them. */
export interface RequestSubjects {
  readonly id: number;
  readonly targets: readonly Pick<Target, "userId" | "username" | "slackUserIds">[];
}

export interface ChangeRequestRepository {
  insert(request: NewChangeRequest): Promise<ChangeRequest>;
  get(id: number): Promise<ChangeRequest | null>;
  /** The requests that a list matches, with their subjects, in the order of the query. */
  listSubjects(query: RequestListQuery): Promise<readonly RequestSubjects[]>;
  /** Locks the request until the transaction ends; resolves to `null` if there is none. */
  lock(id: number): Promise<ChangeRequest | null>;
  getTarget(id: number, position: number): Promise<ChangeRequest | null>;
  /** As `getTarget`, and locks the request until the transaction ends. */
  lockTarget(id: number, position: number): Promise<ChangeRequest | null>;
  /** The state of a bulk request, which the executor reads before each target. */
  progress(id: number): Promise<Pick<ChangeRequest, "state" | "paused" | "waitingFor"> | null>;
  targetsIn(
    id: number,
    states: readonly TargetState[],
  ): Promise<readonly Pick<Target, "position" | "username">[]>;
  /** By position. */
  targetStates(id: number): Promise<readonly TargetState[]>;
  /** When the card of a locked bulk is to be updated, within the pace; `null` if a job for that is enqueued. */
  scheduleProgress(id: number): Promise<Date | null>;
  /** Counts one more read of an outcome that Incydr answered with an error; resolves to the new count. */
  countUnreadable(id: number): Promise<number>;
  update(id: number, patch: RequestPatch): Promise<void>;
  updateTarget(id: number, position: number, patch: TargetPatch): Promise<void>;
  /** Stores the snapshot of a renewal for a target of a locked request. Earlier snapshots stay stored. */
  renewTarget(id: number, position: number, renewed: RenewedTarget): Promise<void>;
  updateTargets(id: number, positions: readonly number[], patch: TargetPatch): Promise<void>;
  addDecision(id: number, decision: Decision): Promise<void>;
  /** Makes the decisions of a person invalid, by Slack id or e-mail. */
  voidDecision(id: number, approver: OperatorRef): Promise<void>;
  voidDecisions(id: number): Promise<void>;
  /** Requests that the executor still has to work on, oldest first. */
  unfinished(): Promise<readonly UnfinishedRequest[]>;
  /** Ids of requests whose card shows a freeze: pending, approved, running, or with roles to remove; oldest first. */
  affectedByFreeze(): Promise<readonly number[]>;
  /** Ids of finished requests with a target whose outcome is unknown. */
  undetermined(): Promise<readonly number[]>;
  /** Requests whose target with this subject was settled since then, oldest first, each with that one target. */
  settledOn(userId: string, since: Date): Promise<readonly ChangeRequest[]>;
  /**
   * The bot's changes to a subject since a request was settled: outcomes that Incydr has shown, and ended temporary
   * roles, also of the request itself. Returns the latest 200, oldest first.
   */
  changesSince(userId: string, requestId: number, since: Date): Promise<readonly LaterChange[]>;
  /** Ids of finished requests about only this subject, latest first. */
  finishedOn(userId: string, limit: number): Promise<readonly number[]>;
  /** Ids of requests that have a write to this subject under way. */
  executingOn(userId: string): Promise<readonly number[]>;
  /** Ids of the bulks among these requests. */
  bulksAmong(ids: readonly number[]): Promise<readonly number[]>;
  /** Ids of pending, approved and running requests about a user. */
  openOn(userId: string): Promise<readonly number[]>;
  /** As `openOn`. No other request about the user is stored until the transaction ends. */
  lockOpenOn(userId: string): Promise<readonly number[]>;
  /**
   * Ids of a person's emergencies, by Slack id or e-mail, that are running or wait for ratification. No other emergency
   * by the person is stored until the transaction ends.
   */
  unratifiedOf(requester: OperatorRef): Promise<readonly number[]>;
  saveRatification(id: number, ratification: Ratification): Promise<void>;
}

export interface HandledClicks {
  /** Records that a click is carried out; `false` if that was recorded before. */
  claim(clickId: string, at: Date): Promise<boolean>;
}

export interface Freeze {
  readonly by: OperatorRef;
  readonly at: Date;
  readonly reason: string | null;
}

export interface FreezeRepository {
  /** The freeze, which stays so until the transaction ends. `forChange`: for `set`; no write is claimed meanwhile. */
  current(options: { forChange: boolean }): Promise<Freeze | null>;
  /** The current freeze, read without a lock; it may change right after. */
  read(): Promise<Freeze | null>;
  set(freeze: Freeze | null): Promise<void>;
}

/** Keeps the updates of all cards within Slack's rate limit. */
export interface CardPace {
  /** Reserves the next update without waiting for it. Updates that can wait come after it. */
  reserveUpdate(): Promise<void>;
}

export interface UpkeepRepository {
  /** When old rows are deleted next, locked until the transaction ends; `null` if that was never planned. */
  lockNextPruning(): Promise<Date | null>;
  planPruning(at: Date): Promise<void>;
  /**
   * Deletes old drafts, clicks and records of failed work, and the records of messages and files of finished requests
   * and jobs. Keeps the records of cards.
   */
  prune(limits: { draftsExpiredBefore: Date; clicksBefore: Date; postsBefore: Date }): Promise<void>;
  /** Records whether this start stops all writes; resolves to whether the previous start did. */
  noteStart(readOnly: boolean): Promise<boolean>;
  lastStartReadOnly(): Promise<boolean>;
}

export interface Transaction {
  readonly requests: ChangeRequestRepository;
  readonly drafts: DraftRepository;
  readonly bulkDrafts: BulkDraftRepository;
  readonly audit: AuditLog;
  readonly jobs: JobQueue;
  readonly freeze: FreezeRepository;
  readonly grants: GrantRepository;
  readonly policies: PolicyRecord;
  readonly groups: GroupRepository;
  readonly clicks: HandledClicks;
  readonly reminders: ReminderRepository;
  readonly cards: CardPace;
  readonly upkeep: UpkeepRepository;
  readonly jobFailures: JobFailureRepository;
}

/** Reads, and single statements, without a transaction. */
export interface Stored {
  readonly requests: Pick<
    ChangeRequestRepository,
    | "get"
    | "listSubjects"
    | "getTarget"
    | "progress"
    | "targetsIn"
    | "executingOn"
    | "openOn"
    | "bulksAmong"
    | "changesSince"
  >;
  readonly freeze: Pick<FreezeRepository, "read">;
  readonly grants: Pick<GrantRepository, "ofRequest" | "open" | "holders" | "temporaryBetween">;
  readonly policies: Pick<PolicyRecord, "read" | "sources">;
  /** Waits for the lock of the draft, and releases it at once. */
  readonly drafts: Pick<DraftRepository, "lock">;
  readonly bulkDrafts: Pick<BulkDraftRepository, "lock">;
  readonly cards: CardPace;
  readonly jobFailures: Pick<JobFailureRepository, "keys" | "givenUpOf" | "givenUpAmong">;
}

export interface UnitOfWork {
  /** Runs `work` in one transaction: all of it is stored, or nothing. */
  run<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Runs `work` without a transaction: each statement reads the newest data. */
  read<T>(work: (stored: Stored) => Promise<T>): Promise<T>;
}
