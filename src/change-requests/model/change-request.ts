import type { Entitlement } from "../../authorization/index.ts";
import type { Preflight, RoleRef } from "../../subjects/index.ts";
import { type Change, rolesGained, rolesLost } from "./change.ts";
import type { Snapshot } from "./snapshot.ts";
import {
  type Outcome,
  outcomeOf,
  type RatificationState,
  type RequestState,
  type TargetState,
} from "./state-machine.ts";

/** Where in Slack a change was requested: a channel, and a thread if the card belongs in one. */
export interface Place {
  readonly channelId: string;
  readonly threadTs: string | null;
}

/** An operator, as known when they acted. */
export interface OperatorRef {
  readonly slackUserId: string;
  /** Case-folded. */
  readonly email: string | null;
  /** The operator's Incydr user; absent if the bot did not look it up. */
  readonly userId?: string;
}

export interface Decision {
  /** The click that made the decision; unique. */
  readonly clickId: string;
  readonly approver: OperatorRef;
  /** Slack id of the person for whom the approver decided; `null` if for themselves. */
  readonly onBehalfOf: string | null;
  /** Why the policies let the approver decide; `null` if an earlier version stored the decision. */
  readonly entitlement: Entitlement | null;
  readonly verdict: "approval" | "denial";
  /** Why it was denied; `null` for an approval. */
  readonly reason: string | null;
  readonly snapshotHash: string;
  readonly at: Date;
  /** Invalid: the approver lost their authority, or the request was renewed. */
  readonly void: boolean;
}

export interface Cancellation {
  readonly slackUserId: string;
  readonly at: Date;
}

/** The policies' terms of an emergency change, as they stood when it was made. */
export interface EmergencyTerms {
  /** Hours from the execution to the deadline of the ratification. */
  readonly ratifyWithinHours: number;
  /** Handles of the user groups that are notified if nobody ratifies in time. */
  readonly escalateTo: readonly string[];
}

/** The ratification of an emergency change that wrote something. */
export interface Ratification {
  readonly state: RatificationState;
  readonly deadlineAt: Date;
  /** The deadline passed before a decision. */
  readonly overdue: boolean;
  /** `null` while it is awaited. */
  readonly decision: {
    readonly by: OperatorRef;
    readonly at: Date;
    /** Why it is disputed; `null` if it is ratified. */
    readonly reason: string | null;
  } | null;
}

/** An intended write, stored before it is sent. */
export interface WriteIntent {
  readonly at: Date;
  /** From this time on, the write can't take effect any more. */
  readonly deadlineAt: Date;
}

/** One subject of a change request, with its own outcome. */
export interface Target {
  readonly position: number;
  readonly userId: string;
  readonly username: string;
  readonly displayName: string;
  /** The subject's Slack ids when the request was made. */
  readonly slackUserIds: readonly string[];
  /** The facts that the requester and the approvers saw. */
  readonly facts: Preflight;
  readonly snapshot: Snapshot;
  readonly state: TargetState;
  readonly attempts: number;
  readonly intent: WriteIntent | null;
  /** Why it was refused, failed, is stale or unknown, as a sentence. */
  readonly explanation: string | null;
  /** Roles of the change that the subject did not show after the write; `null` if unknown. */
  readonly outstandingRoleIds: readonly string[] | null;
  readonly settledAt: Date | null;
}

/** Why an approved request waits. */
export type WaitingFor = "incydr" | "slack" | "freeze" | "subject" | "policies";

export interface ChangeRequest {
  readonly id: number;
  readonly state: RequestState;
  readonly change: Change;
  readonly undoes: number | null;
  /** Other requests about the subject that were open at the request; empty for a bulk. */
  readonly othersOpen: readonly number[];
  readonly requester: OperatorRef;
  readonly reason: string;
  readonly ticket: string | null;
  readonly peopleAsked: readonly string[];
  readonly place: Place;
  /** The number of different people who had to approve by the policies at the request. */
  readonly approvalsNeeded: number;
  /** A hash over the snapshots of the targets, in the order of the targets. */
  readonly snapshotHash: string;
  /** `null` if no person cancelled the request. The bot may have cancelled it. */
  readonly cancellation: Cancellation | null;
  readonly renewals: number;
  /** `null` for a change that is no emergency: it waits for approvals. */
  readonly emergency: EmergencyTerms | null;
  /** `null` if there is nothing to ratify. */
  readonly ratification: Ratification | null;
  /** Hash of the policies that let the request be made. */
  readonly policyHash: string;
  readonly waitingFor: WaitingFor | null;
  /** When an enqueued job tries again, by the database's clock; `null` if no such job is enqueued. */
  readonly wakeAt: Date | null;
  /** When an enqueued job reads unknown outcomes again; `null` if no such job is enqueued. */
  readonly settleAt: Date | null;
  readonly createdAt: Date;
  /** When a pending or stale request expires. */
  readonly decideBy: Date;
  /** When an approved request expires. No waiting target is begun after that. */
  readonly executeBy: Date;
  /** The earliest start of a target; `null` without a limit. */
  readonly notBefore: Date | null;
  /** All targets by position. While the bot works on one target of a bulk, only that target. */
  readonly targets: readonly Target[];
  readonly targetCount: number;
  /** Only for a bulk: no target is begun until somebody resumes it. */
  readonly paused: boolean;
  /** Only for a bulk: no target is begun any more. */
  readonly stopped: boolean;
  /** Oldest first, including invalid ones. */
  readonly decisions: readonly Decision[];
}

/** The stored explanation of a target that a stopped bulk has skipped. */
export const STOPPED = "The bulk was stopped before this user's turn.";

/** The name of a request for people: `CR-17`. */
export function nameOf(requestId: number): string {
  return `CR-${requestId}`;
}

export function validApprovals({ decisions }: Pick<ChangeRequest, "decisions">): readonly Decision[] {
  return decisions.filter(({ verdict, void: isVoid }) => verdict === "approval" && !isVoid);
}

/** The approver, and the person for whom the approver decided. */
export function decidersOf({ approver, onBehalfOf }: Decision): readonly OperatorRef[] {
  return onBehalfOf === null ? [approver] : [approver, { slackUserId: onBehalfOf, email: null }];
}

/** The invited approvers who have not approved yet. */
export function stillInvited(request: ChangeRequest): readonly string[] {
  const approved = validApprovals(request)
    .flatMap(decidersOf)
    .map(({ slackUserId }) => slackUserId);
  return request.peopleAsked.filter((slackUserId) => !approved.includes(slackUserId));
}

/** When an open request expires if its state does not change. */
export function deadlineOf({ state, decideBy, executeBy }: ChangeRequest): Date {
  return state === "pending" || state === "stale" ? decideBy : executeBy;
}

/** The outcome of a finished request; `null` while it isn't done. */
export function outcomeOfRequest({ state, targets }: ChangeRequest): Outcome | null {
  return state === "done" ? outcomeOf(targets.map((target) => target.state)) : null;
}

export function isBulk({ targetCount }: Pick<ChangeRequest, "targetCount">): boolean {
  return targetCount > 1;
}

/** The username of the single subject; `null` for a bulk. */
export function subjectOf(request: ChangeRequest): string | null {
  return isBulk(request) ? null : onlyTarget(request).username;
}

/** The target of a request with one subject, or the one target of a bulk that was read. */
export function onlyTarget({ id, targets }: ChangeRequest): Target {
  const [target] = targets;
  if (!target || targets.length > 1) throw new Error(`${nameOf(id)} has ${targets.length} targets, not one.`);
  return target;
}

/** The ids and names by which a subject is recognized. A `Target` is one. */
export interface SubjectIdentity extends Pick<Target, "username" | "slackUserIds"> {
  /** The Incydr user; `null` if only the username is known. */
  readonly userId: string | null;
}

/**
 * The roles that a change gave and removed, as Incydr showed them when the target was settled; empty if that is
 * unknown. A replacement does not give a role that it keeps, so a grant of that role still ends at its time.
 */
export function confirmedRoles(
  change: Extract<Change, { roles: unknown }>,
  { state, facts, outstandingRoleIds }: Pick<Target, "state" | "facts" | "outstandingRoleIds">,
): { given: readonly RoleRef[]; taken: readonly RoleRef[] } {
  const isWhole = state === "verified" || state === "already";
  const isPart = state === "failed" && outstandingRoleIds !== null;
  if (!isWhole && !isPart) return { given: [], taken: [] };
  const isDone = ({ id }: RoleRef) => isWhole || !outstandingRoleIds?.includes(id);
  const given = change.kind === "add_roles" ? change.roles : rolesGained(change, facts.roles);
  const taken = change.kind === "remove_roles" ? change.roles : rolesLost(change, facts.roles);
  return { given: given.filter(isDone), taken: taken.filter(isDone) };
}
