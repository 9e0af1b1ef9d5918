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

/** Where in Slack a change was asked for: a channel, and a thread of it if the card belongs into one. */
export interface Place {
  readonly channelId: string;
  readonly threadTs: string | null;
}

/** An operator as they were when they acted. */
export interface OperatorRef {
  readonly slackUserId: string;
  /** Case-folded. */
  readonly email: string | null;
  /** The Incydr user that they were; absent where nobody asked. */
  readonly userId?: string;
}

/** One approval or denial by one approver. */
export interface Decision {
  /** The click it came from; unique. */
  readonly clickId: string;
  readonly approver: OperatorRef;
  /** Slack id of the person in whose place the approver decided; `null` if they decided for themselves. */
  readonly onBehalfOf: string | null;
  /** Why the policies let the approver decide; `null` if an earlier version of the bot stored the decision. */
  readonly entitlement: Entitlement | null;
  readonly verdict: "approval" | "denial";
  /** Why it was denied; `null` for an approval. */
  readonly reason: string | null;
  readonly snapshotHash: string;
  readonly at: Date;
  /** Void: the approver lost their authority, or the request was renewed. */
  readonly void: boolean;
}

/** By whom a request was cancelled, and when. */
export interface Cancellation {
  readonly slackUserId: string;
  readonly at: Date;
}

/** What the policies ask of an emergency change, as they stood when it was made. */
export interface EmergencyTerms {
  /** Hours from the execution within which it is to be ratified. */
  readonly ratifyWithinHours: number;
  /** Handles of the user groups whose members may ratify, or are to be asked when they haven't. */
  readonly escalateTo: readonly string[];
}

/** The second person's yes or no to an emergency change that wrote something. */
export interface Ratification {
  readonly state: RatificationState;
  readonly deadlineAt: Date;
  /** The deadline passed before anybody decided. */
  readonly overdue: boolean;
  /** `null` while it is awaited. */
  readonly decision: {
    readonly by: OperatorRef;
    readonly at: Date;
    /** Why it is disputed; `null` if it is ratified. */
    readonly reason: string | null;
  } | null;
}

/** What was about to be written, stored before it was. */
export interface WriteIntent {
  readonly at: Date;
  /** When the write can no longer be on its way. */
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
  /** What the requester, and then the approvers, were shown. */
  readonly facts: Preflight;
  readonly snapshot: Snapshot;
  readonly state: TargetState;
  readonly attempts: number;
  readonly intent: WriteIntent | null;
  /** Why it was refused, failed, is stale or unknown: plain words. */
  readonly explanation: string | null;
  /** Roles of the change that the subject did not show after it; `null` where that isn't known. */
  readonly outstandingRoleIds: readonly string[] | null;
  readonly settledAt: Date | null;
}

/** What an approved request waits for; `null` if for nothing but its turn. */
export type WaitingFor = "incydr" | "slack" | "freeze" | "subject" | "policies";

/** One change, over one or many targets. */
export interface ChangeRequest {
  readonly id: number;
  readonly state: RequestState;
  readonly change: Change;
  /** The request that this one undoes. */
  readonly undoes: number | null;
  /** Other requests about the subject that were open when this one was made; of a bulk none are told. */
  readonly othersOpen: readonly number[];
  readonly requester: OperatorRef;
  readonly reason: string;
  readonly ticket: string | null;
  /** Slack ids of the invited approvers; an invitation entitles nobody. */
  readonly peopleAsked: readonly string[];
  readonly place: Place;
  /** Approvals by different people that the policy asked for when the request was made. */
  readonly approvalsNeeded: number;
  /** Hash over the ordered targets' snapshots. */
  readonly snapshotHash: string;
  /** Who cancelled it; `null` if nobody, or the bot itself. */
  readonly cancellation: Cancellation | null;
  /** How often it was renewed after it had become stale. */
  readonly renewals: number;
  /** `null`: it waits for its approvals, as every change does that is no emergency. */
  readonly emergency: EmergencyTerms | null;
  /** `null` while there is nothing to be ratified. */
  readonly ratification: Ratification | null;
  /** Of the policies that let the request be made. */
  readonly policyHash: string;
  readonly waitingFor: WaitingFor | null;
  /** When a job that is left already will try again, by the database's clock, which wakes it; `null` if none is. */
  readonly wakeAt: Date | null;
  /** The same of the job that reads what became of writes of unknown outcome. */
  readonly settleAt: Date | null;
  readonly createdAt: Date;
  /** When a request that waits for decisions, or for a renewal, expires. */
  readonly decideBy: Date;
  /** When an approved request expires; a target that waits is not begun any more then. */
  readonly executeBy: Date;
  /** No target is begun before; `null`: at once. */
  readonly notBefore: Date | null;
  /** All of them, by position; where one of many is worked on, that one alone. */
  readonly targets: readonly Target[];
  /** How many there are. */
  readonly targetCount: number;
  /** Of a bulk: nothing more is begun until somebody resumes it. */
  readonly paused: boolean;
  /** Of a bulk: nothing more is begun, for good. */
  readonly stopped: boolean;
  /** Oldest first, void ones included. */
  readonly decisions: readonly Decision[];
}

/** Why somebody of a bulk wasn't changed that was stopped. */
export const STOPPED = "The bulk was stopped before this user's turn.";

/** How a request is called towards people: `CR-17`. */
export function nameOf(requestId: number): string {
  return `CR-${requestId}`;
}

/** Approvals that count. */
export function validApprovals({ decisions }: Pick<ChangeRequest, "decisions">): readonly Decision[] {
  return decisions.filter(({ verdict, void: isVoid }) => verdict === "approval" && !isVoid);
}

/** The people whose decision it is: the approver, and the person in whose place the approver decided. */
export function decidersOf({ approver, onBehalfOf }: Decision): readonly OperatorRef[] {
  return onBehalfOf === null ? [approver] : [approver, { slackUserId: onBehalfOf, email: null }];
}

/** Invited approvers whose approval is still to come. */
export function stillInvited(request: ChangeRequest): readonly string[] {
  const approved = validApprovals(request)
    .flatMap(decidersOf)
    .map(({ slackUserId }) => slackUserId);
  return request.peopleAsked.filter((slackUserId) => !approved.includes(slackUserId));
}

/** When an open request expires if it stays in its state. */
export function deadlineOf({ state, decideBy, executeBy }: ChangeRequest): Date {
  return state === "pending" || state === "stale" ? decideBy : executeBy;
}

/** The outcome of a finished request; `null` while it isn't done. */
export function outcomeOfRequest({ state, targets }: ChangeRequest): Outcome | null {
  return state === "done" ? outcomeOf(targets.map((target) => target.state)) : null;
}

/** Whether a request is about more than one subject. */
export function isBulk({ targetCount }: Pick<ChangeRequest, "targetCount">): boolean {
  return targetCount > 1;
}

/** The username of the one subject; `null` for a bulk. */
export function subjectOf(request: ChangeRequest): string | null {
  return isBulk(request) ? null : onlyTarget(request).username;
}

/** The one target of a request that has a single subject, or the one of many that is worked on. */
export function onlyTarget({ id, targets }: ChangeRequest): Target {
  const [target] = targets;
  if (!target || targets.length > 1) throw new Error(`${nameOf(id)} has ${targets.length} targets, not one.`);
  return target;
}

/** By what a subject is known who may not read of themselves. A `Target` is one. */
export interface SubjectIdentity extends Pick<Target, "username" | "slackUserIds"> {
  /** The Incydr user; `null` if only the username is known. */
  readonly userId: string | null;
}

/**
 * The roles that a change gave and took, as Incydr showed them when the target was settled; none where that isn't known.
 * A role that a replacement merely keeps isn't given by it: a grant of the role goes on to its end.
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
