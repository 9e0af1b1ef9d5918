import {
  type Action,
  CHANGE_KINDS,
  type DirectoryFault,
  NO_PERMIT_REASON,
} from "../../authorization/index.ts";
import type { PermissionQuestionFault, Refusal } from "../../change-requests/index.ts";
import { type Inline, plain } from "./rich-text.ts";

/** Each action as a verb phrase that completes “You can …”. */
export const ACTION_WORDS: Readonly<Record<Action, string>> = {
  lookup: "look up users",
  list: "list users, roles and organizations",
  read_audit: "read the audit log",
  freeze: "freeze changes",
  unfreeze: "unfreeze changes",
  set_policies: "set the policies",
  export_users: "export users",
  request: "request changes",
  approve: "approve requests",
  deny: "deny requests",
  cancel: "cancel requests",
  execute: "have changes executed",
  emergency: "make emergency changes",
  ratify: "ratify emergency changes",
  revoke: "remove temporary roles early",
};

/** The rules that forbid the action, and the groups to ask. */
export function forbiddenLines({
  action,
  reasons,
  whoCould,
}: Extract<Refusal, { code: "forbidden" }>["data"]): Inline[][] {
  if (reasons.includes(NO_PERMIT_REASON)) {
    const help = groupNames(whoCould) || "an administrator";
    return [[plain(`You don't have permission to ${ACTION_WORDS[action]}. Ask ${help}.`)]];
  }
  const others = whoCould.length === 0 ? [] : [groupsCan(whoCould)];
  return [[plain([...reasons, ...others].join(" "))]];
}

export function groupsCan(handles: readonly string[]): string {
  return `Members of ${groupNames(handles)} can.`;
}

/** Groups by their handles: “@a or @b”. */
export function groupNames(handles: readonly string[]): string {
  return handles.map((handle) => `@${handle}`).join(" or ");
}

/** Why the bot could not read facts from Slack. It reads them before every action, so it changed nothing. */
export function directoryText(fault: DirectoryFault): string {
  switch (fault.kind) {
    case "not_answering":
      return "Slack isn't available, so the bot can't check your groups. Nothing was done. Try again in a moment.";
    case "address_refused":
      return "Slack refuses to look up this user's Slack account. Nothing was done. Ask an administrator.";
    case "groups_gone": {
      const names = fault.handles.map((handle) => `@${handle}`).join(", ");
      return `The policies name ${names}, but Slack no longer has an active group with this name: it was renamed, disabled or deleted. Nothing was done. Ask an administrator to enable the group, to restore the group's name, or to change the policies.`;
    }
    case "user_groups_unavailable":
      return "This workspace's plan has no user groups, so the bot can't check permissions. Nothing was done. Ask an administrator to list the groups and their members in GROUP_MEMBERS.";
    case "missing_scope":
      return `${scopeText(fault.scopes)} Nothing was done. Ask an administrator to add it on the Slack app's page OAuth & Permissions and to reinstall the app.`;
  }
}

function scopeText(scopes: string | null): string {
  return scopes === null ? "The bot lacks a Slack scope." : `The bot lacks the Slack scope ${scopes}.`;
}

/** Why a question of `/incydr can` can't be understood. */
export function permissionQuestionText(fault: PermissionQuestionFault): string {
  switch (fault.why) {
    case "unknown_action":
      return fault.action === ""
        ? "Name an action or a change, such as /incydr can me deactivate nadia@example.com."
        : `There is no action “${fault.action}”. Changes are deactivate, activate, move, add-role, remove-role and set-roles. Actions are request, approve, deny, execute, emergency, ratify, cancel, revoke, lookup, list, read_audit, freeze, unfreeze, set_policies and export_users.`;
    case "no_subject":
      return fault.action === "request"
        ? "Name the user after the change, such as /incydr can me deactivate nadia@example.com."
        : `Name the user after “${fault.action}”.`;
    case "nobody_mentioned":
      return "Use an @mention, or `me`.";
    case "unknown_change":
      return `There is no change “${fault.change}”. Use one of ${CHANGE_KINDS.join(", ")}.`;
  }
}
