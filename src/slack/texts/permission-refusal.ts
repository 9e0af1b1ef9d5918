import { type Action, CHANGE_KINDS, type DirectoryFault } from "../../authorization/index.ts";
import type { PermissionQuestionFault, Refusal } from "../../change-requests/index.ts";
import { type Inline, plain } from "./rich-text.ts";

const ACTION_WORDS: Readonly<Record<Action, string>> = {
  lookup: "look users up",
  list: "list roles",
  read_audit: "read the audit log",
  freeze: "freeze changes",
  unfreeze: "let changes go on",
  set_policies: "say which policies decide",
  request: "ask for changes",
  approve: "approve",
  deny: "deny",
  cancel: "cancel",
  execute: "have changes carried out",
  emergency: "make emergency changes",
  ratify: "ratify emergency changes",
  revoke: "end grants early",
};

/** The reasons of the policies, and the groups whose members could do it. */
export function forbiddenLines({
  action,
  reasons,
  whoCould,
}: Extract<Refusal, { code: "forbidden" }>["data"]): Inline[][] {
  const groups = whoCould.map((handle) => `@${handle}`).join(" or ");
  return [
    ...reasons.map((reason) => [plain(reason)]),
    ...(groups
      ? [[plain(`Members of ${groups} may ${ACTION_WORDS[action]}, unless another rule forbids it.`)]]
      : []),
  ];
}

/** The facts of Slack are read before anything is done. */
export function directoryText(fault: DirectoryFault): string {
  switch (fault.kind) {
    case "not_answering":
      return "Slack could not be asked who you are and which groups you are in. Nothing was done. Try again in a moment.";
    case "address_refused":
      return "Slack refuses to look up which account this user has. Nothing was done.";
    case "groups_gone": {
      const names = fault.handles.map((handle) => `@${handle}`).join(", ");
      return `The policies speak of ${names}, which Slack no longer has under this name: it was renamed, disabled or deleted. Nothing was done. Ask an administrator to give the group its name back, or to change the policies.`;
    }
    case "user_groups_unavailable":
      return "This workspace's plan has no user groups, so nobody's rights are known. Nothing was done. Ask an administrator to list the groups and their members in the setting GROUP_MEMBERS.";
    case "missing_scope":
      return `${scopeText(fault.scopes)} Nothing was done. Ask an administrator to add it on the Slack app's page OAuth & Permissions, and to install the app again.`;
  }
}

function scopeText(scopes: string | null): string {
  return scopes === null ? "The bot lacks a scope in Slack." : `The bot lacks the scope ${scopes} in Slack.`;
}

/** Why a question of `/incydr can` can't be understood. */
export function permissionQuestionText(fault: PermissionQuestionFault): string {
  switch (fault.why) {
    case "unknown_action":
      return `There is no action “${fault.action}”. Ask about request, approve, deny, execute, emergency, ratify, cancel, revoke, lookup, list, read_audit, freeze, unfreeze or set_policies.`;
    case "no_subject":
      return `To ${fault.action} is about a user: name them behind the action.`;
    case "nobody_mentioned":
      return "Name the person with an @mention, or write me.";
    case "unknown_change":
      return `There is no change “${fault.change}”: write one of ${CHANGE_KINDS.join(", ")}.`;
  }
}
