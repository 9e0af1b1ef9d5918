import type { Person, Principal } from "./person.ts";

/** Kinds of change, as the policies name them. */
export const CHANGE_KINDS = [
  "deactivate",
  "activate",
  "move",
  "add_roles",
  "remove_roles",
  "replace_roles",
] as const;

export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** What is done to the tenant as a whole, by a person or at the command line. */
export const TENANT_ACTIONS = ["lookup", "list", "read_audit", "freeze", "unfreeze", "set_policies"] as const;
/** What is done about one change, and by people in Slack alone. */
export const CHANGE_ACTIONS = [
  "request",
  "approve",
  "deny",
  "execute",
  "emergency",
  "ratify",
  "cancel",
  "revoke",
] as const;

export type TenantAction = (typeof TENANT_ACTIONS)[number];
export type ChangeAction = (typeof CHANGE_ACTIONS)[number];
export type Action = TenantAction | ChangeAction;

/** What the policies know of the Incydr user acted upon. */
export interface SubjectFacts {
  readonly userId: string;
  readonly username: string;
  /** Name of their organization in Incydr. */
  readonly org: string;
  /** Slack ids of the subject: those stored with the request and those of now. */
  readonly slackUserIds: readonly string[];
  readonly active: boolean;
  readonly roleNames: readonly string[];
  readonly privileged: boolean;
  readonly protected: boolean;
  readonly legalHold: "yes" | "no" | "unknown";
}

/** What the policies know of a channel. */
export interface ChannelContext {
  readonly private: boolean;
  /** With another company. */
  readonly shared: boolean;
  /** The configuration lets cards be posted there. */
  readonly allowed: boolean;
}

/** What the policies know of a change. */
export interface ChangeFacts {
  readonly change: ChangeKind;
  /** Names of the roles asked for, to be given or taken. */
  readonly roleNames: readonly string[];
  /** One of these roles is privileged. */
  readonly rolesPrivileged: boolean;
  /** The change gives a privileged role. */
  readonly addsPrivileged: boolean;
  readonly targets: number;
  /** For how long roles are given; `null` for good. */
  readonly grantHours: number | null;
  readonly requesterSlackId: string;
  /** Valid approvals by different people so far. */
  readonly approvals: number;
  /** Emergency changes of whoever acts that wait for their ratification, this one not counted. */
  readonly unratifiedEmergencies: number;
  /** Other requests about the subject that were open when this one was asked for. */
  readonly othersOpen: number;
  /** Where it is done; `null` where that isn't known. */
  readonly channel: ChannelContext | null;
}

/** One question to the policies. */
export type Question =
  | { readonly principal: Principal; readonly action: TenantAction }
  | {
      readonly principal: Person;
      readonly action: ChangeAction;
      readonly subject: SubjectFacts;
      readonly change: ChangeFacts;
    };

/** Whether an action is about one change. */
export function isChangeAction(action: string): action is ChangeAction {
  return CHANGE_ACTIONS.some((each) => each === action);
}

/** Why something is forbidden, in the policies' own words. */
export interface Denial {
  readonly action: Action;
  /** The policies that forbade it; empty when no policy permits it. */
  readonly policyIds: readonly string[];
  /** Sentences for the person who was stopped; never empty. */
  readonly reasons: readonly string[];
  /** Handles of the groups whose members, with nothing else against them, could do it. */
  readonly whoCould: readonly string[];
  readonly policyHash: string;
}

/** By which policies a person may do something, and as a member of which groups. */
export interface Entitlement {
  /** Ids of the policies that permit it, in the order of the files. */
  readonly policyIds: readonly string[];
  /** Handles of the groups for whose members those policies are; the person is in each. */
  readonly groups: readonly string[];
}

export type Decision =
  | ({ readonly allowed: true; readonly policyHash: string } & Entitlement)
  | { readonly allowed: false; readonly denial: Denial };
