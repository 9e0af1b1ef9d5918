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

/** Actions that concern the tenant as a whole, by a person or at the command line. */
export const TENANT_ACTIONS = [
  "lookup",
  "list",
  "read_audit",
  "freeze",
  "unfreeze",
  "set_policies",
  "export_users",
] as const;
/** Actions that concern one change, only by people in Slack. */
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

export function isChangeAction(action: string): action is ChangeAction {
  return CHANGE_ACTIONS.some((each) => each === action);
}
