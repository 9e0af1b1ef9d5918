import type { Action, ChangeAction, ChangeKind, TenantAction } from "./actions-and-kinds.ts";
import type { Person, Principal } from "./person.ts";

/** The facts about the subject that policies can use. */
export interface SubjectFacts {
  readonly userId: string;
  readonly username: string;
  /** Name of their organization in Incydr. */
  readonly org: string;
  /** The subject's Slack ids: those stored with the request and the current ones. */
  readonly slackUserIds: readonly string[];
  readonly active: boolean;
  readonly roleNames: readonly string[];
  readonly privileged: boolean;
  readonly protected: boolean;
  readonly legalHold: "yes" | "no" | "unknown";
}

/** The facts about a channel that policies can use. */
export interface ChannelContext {
  readonly private: boolean;
  /** Shared with another company. */
  readonly shared: boolean;
  /** The configuration allows cards there. */
  readonly allowed: boolean;
}

/** The facts about a change that policies can use. */
export interface ChangeFacts {
  readonly change: ChangeKind;
  /** Names of the roles that the change gives or takes. */
  readonly roleNames: readonly string[];
  /** One of these roles is privileged. */
  readonly rolesPrivileged: boolean;
  /** The change gives a privileged role. */
  readonly addsPrivileged: boolean;
  readonly targets: number;
  /** How long the roles are given; `null` means without an end. */
  readonly grantHours: number | null;
  readonly requesterSlackId: string;
  /** Valid approvals by different people so far. */
  readonly approvals: number;
  /** Other emergency changes of the principal that wait for ratification. */
  readonly unratifiedEmergencies: number;
  /** Other requests about the subject that were open when this one was made. */
  readonly othersOpen: number;
  /** Where the principal acts; `null` if unknown. */
  readonly channel: ChannelContext | null;
}

export interface SubjectChange {
  readonly subject: SubjectFacts;
  readonly change: ChangeFacts;
}

export type Question =
  | { readonly principal: Principal; readonly action: TenantAction }
  | ({ readonly principal: Person; readonly action: ChangeAction } & SubjectChange);

/** Why something is forbidden, in the policies' own words. */
export interface Denial {
  readonly action: Action;
  /** The policies that forbade it; empty if no policy permits it. */
  readonly policyIds: readonly string[];
  /** Sentences for the person; never empty. */
  readonly reasons: readonly string[];
  /** Handles of the groups whose members could do it, if nothing else forbids it to them. */
  readonly whoCould: readonly string[];
  readonly policyHash: string;
}

/** The policies and groups that entitle a person to an action. */
export interface Entitlement {
  /** Ids of the permitting policies, in the order of the files. */
  readonly policyIds: readonly string[];
  /** Handles of the groups that those policies name; the person is in each. */
  readonly groups: readonly string[];
}

export type Decision =
  | ({ readonly allowed: true; readonly policyHash: string } & Entitlement)
  | { readonly allowed: false; readonly denial: Denial };
