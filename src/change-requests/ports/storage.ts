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
import type { TargetState } from "../model/state-machine.ts";
import type { JobQueue } from "./job.ts";
import type { JobFailureRepository } from "./job-failure.ts";
import type { ReminderRepository } from "./reminder-ports.ts";

/** A change being filled in. */
export interface Draft {
  readonly id: string;
  readonly opener: OperatorRef;
  readonly place: Place;
  /** What was typed to name the subject; `null` until somebody did. */
  readonly who: string | null;
  readonly kind: Change["kind"] | null;
  /** Executed without waiting for approvals. */
  readonly emergency: boolean;
  /** The subject as read for the form; `null` until it was. */
  readonly facts: Preflight | null;
  readonly slackUserIds: readonly string[];
  /** Roles that the form offers. */
  readonly roleOptions: readonly RoleRef[];
  /** Organizations to choose from. */
  readonly orgOptions: readonly OrgOption[];
  /** What it undoes, and by which change; `null` if it is no undo. */
  readonly undo: { readonly requestId: number; readonly change: Change } | null;
  /** The request that came of it; a second submission leads to the same one. */
  readonly requestId: number | null;
  readonly expiresAt: Date;
}

export type DraftPatch = Partial<
  Pick<
    Draft,
    | "emergency"
    | "who"
    | "kind"
    | "facts"
    | "slackUserIds"
    | "roleOptions"
    | "orgOptions"
    | "undo"
    | "requestId"
    | "expiresAt"
  >
> & {
  /** The Incydr user that the opener is. */
  readonly openerUserId?: string;
};

export interface DraftRepository {
  insert(draft: Draft): Promise<void>;
  /** The draft, locked until the transaction ends; `null` if there is none. */
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

/** A target as it was read for the renewal of its request with this number. */
export interface RenewedTarget extends Pick<Target, "facts" | "snapshot" | "slackUserIds"> {
  readonly renewal: number;
  readonly takenAt: Date;
}

/** The facts that decide how a request is carried out that is approved or under way. */
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

export interface ChangeRequestRepository {
  insert(request: NewChangeRequest): Promise<ChangeRequest>;
  get(id: number): Promise<ChangeRequest | null>;
  /** The request, locked until the transaction ends; `null` if there is none. */
  lock(id: number): Promise<ChangeRequest | null>;
  /** The request with the target at this position alone, so that one of many can be worked on. */
  getTarget(id: number, position: number): Promise<ChangeRequest | null>;
  /** The same, the request locked until the transaction ends. */
  lockTarget(id: number, position: number): Promise<ChangeRequest | null>;
  /** What the loop over a bulk's targets needs to know before each of them; `null` if there is no such request. */
  progress(id: number): Promise<Pick<ChangeRequest, "state" | "paused" | "waitingFor"> | null>;
  /** Targets in one of these states, by position. */
  targetsIn(
    id: number,
    states: readonly TargetState[],
  ): Promise<readonly Pick<Target, "position" | "username">[]>;
  /** The states of all targets, by position. */
  targetStates(id: number): Promise<readonly TargetState[]>;
  /**
   * When a bulk's card is to be brought up to date, so that cards keep to their pace; `null` if a job that does
   * so is left already. Of a request that is locked.
   */
  scheduleProgress(id: number): Promise<Date | null>;
  /** Counts one more read of an outcome that Incydr answered with an error; resolves to how many there were. */
  countUnreadable(id: number): Promise<number>;
  update(id: number, patch: RequestPatch): Promise<void>;
  updateTarget(id: number, position: number, patch: TargetPatch): Promise<void>;
  /** Gives a target of a locked request the snapshot of a renewal; earlier ones stay stored. */
  renewTarget(id: number, position: number, renewed: RenewedTarget): Promise<void>;
  updateTargets(id: number, positions: readonly number[], patch: TargetPatch): Promise<void>;
  addDecision(id: number, decision: Decision): Promise<void>;
  /** Voids whatever this person decided, under this Slack id or this e-mail. */
  voidDecision(id: number, approver: OperatorRef): Promise<void>;
  /** Voids every decision: they were about other facts. */
  voidDecisions(id: number): Promise<void>;
  /** Requests that the executor still has to bring to an end, oldest first. */
  unfinished(): Promise<readonly UnfinishedRequest[]>;
  /**
   * Requests whose card says more while all changes are stopped: those that wait for a decision or for their turn, are
   * under way, or have roles still to be taken away; oldest first.
   */
  affectedByFreeze(): Promise<readonly number[]>;
  /** Finished requests that have a target of unknown outcome. */
  undetermined(): Promise<readonly number[]>;
  /** Requests whose target with this subject was settled since then, each with that target alone, by when it was. */
  settledOn(userId: string, since: Date): Promise<readonly ChangeRequest[]>;
  /**
   * The bot's changes to a subject since a request about them was settled, oldest first: outcomes that Incydr has
   * shown, and temporary roles that ended. The latest 200; the request's own temporary roles are among them.
   */
  changesSince(userId: string, requestId: number, since: Date): Promise<readonly LaterChange[]>;
  /** Finished requests about this one subject, latest first; at most `limit`. */
  finishedOn(userId: string, limit: number): Promise<readonly number[]>;
  /** Requests whose target with this subject has a write under way. */
  executingOn(userId: string): Promise<readonly number[]>;
  /** Those of these requests that have several targets. */
  bulksAmong(ids: readonly number[]): Promise<readonly number[]>;
  /** Requests that may yet change a user: those that wait for approvals or their turn, or are under way. */
  openOn(userId: string): Promise<readonly number[]>;
  /** The same; nobody else's request about the user is stored until the transaction ends. */
  lockOpenOn(userId: string): Promise<readonly number[]>;
  /**
   * Emergencies of this person, under this Slack id or this e-mail, that are under way or wait for their
   * ratification; no other is stored by them until the transaction ends.
   */
  unratifiedOf(requester: OperatorRef): Promise<readonly number[]>;
  /** Stores what became of the ratification of an emergency, or that it is awaited. */
  saveRatification(id: number, ratification: Ratification): Promise<void>;
}

/** Remembers which clicks were carried out. */
export interface HandledClicks {
  /** Notes that a click is carried out now; `false` if it was before. */
  claim(clickId: string, at: Date): Promise<boolean>;
}

/** Whether writes to Incydr are stopped, and by whom. */
export interface Freeze {
  readonly by: OperatorRef;
  readonly at: Date;
  readonly reason: string | null;
}

export interface FreezeRepository {
  /** What holds until the transaction ends; `forChange` before it is set, so that no write is claimed meanwhile. */
  current(options: { forChange: boolean }): Promise<Freeze | null>;
  /** The current freeze, read without a lock; it may change right after. */
  read(): Promise<Freeze | null>;
  set(freeze: Freeze | null): Promise<void>;
}

/** Keeps the updates of all cards to what Slack takes in a minute. */
export interface CardPace {
  /** Reserves the next update, without waiting for its time: updates that can wait come after it. */
  reserveUpdate(): Promise<void>;
}

/** What the bot does about itself. */
export interface UpkeepRepository {
  /** When old rows are cleared away next, locked until the transaction ends; `null` if that was never planned. */
  lockNextPruning(): Promise<Date | null>;
  planPruning(at: Date): Promise<void>;
  /**
   * Deletes drafts, clicks, and what is known of messages and files that nothing leads to any more: those about
   * requests that are over, and those of jobs that are done; and records of failed work. Cards stay known.
   */
  prune(limits: { draftsExpiredBefore: Date; clicksBefore: Date; postsBefore: Date }): Promise<void>;
  /** Notes whether this start stops all writes; resolves to whether the one before did. */
  noteStart(readOnly: boolean): Promise<boolean>;
  /** Whether the last start stopped all writes. */
  lastStartReadOnly(): Promise<boolean>;
}

/** Everything that commits or rolls back together. */
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

/** What can be read, and what takes but one statement, without a transaction. */
export interface Stored {
  readonly requests: Pick<
    ChangeRequestRepository,
    "get" | "getTarget" | "progress" | "targetsIn" | "executingOn" | "openOn" | "bulksAmong" | "changesSince"
  >;
  readonly freeze: Pick<FreezeRepository, "read">;
  readonly grants: Pick<GrantRepository, "ofRequest" | "open" | "holders" | "temporaryBetween">;
  readonly policies: Pick<PolicyRecord, "read" | "sources">;
  /** A lock is over with its statement: it waits for whoever has the draft locked, and keeps nobody waiting. */
  readonly drafts: Pick<DraftRepository, "lock">;
  readonly bulkDrafts: Pick<BulkDraftRepository, "lock">;
  readonly cards: CardPace;
  readonly jobFailures: Pick<JobFailureRepository, "keys" | "givenUpOf">;
}

export interface UnitOfWork {
  /** Runs `work` in one transaction: all of it is stored, or nothing. */
  run<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Works on what is stored by now, without a transaction: what the next statement reads may be newer. */
  read<T>(work: (stored: Stored) => Promise<T>): Promise<T>;
}
