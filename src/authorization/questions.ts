import type { ChangeKind } from "./change-kinds.ts";
import type { Person, Principal } from "./person.ts";

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
