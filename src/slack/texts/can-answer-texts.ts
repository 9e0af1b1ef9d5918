import { type ChangeKind, NO_PERMIT_REASON } from "../../authorization/index.ts";
import type { PermissionAnswer } from "../../change-requests/index.ts";
import { ACTION_WORDS, groupsCan } from "./forbidden-texts.ts";

/** The answer to `/incydr can`: whether the person can do it, the rules behind that, and the groups that can. */
export function permissionLines({ who, action, change, explanation }: PermissionAnswer): string[] {
  const phrase = change === null ? tenantPhrase(action) : changePhrase(action, change);
  if (explanation.allowed) {
    const rules = explanation.rules.map(({ id }) => id).join(", ");
    const named = rules === "" ? "" : ` (${explanation.rules.length === 1 ? "Rule" : "Rules"}: ${rules})`;
    return [`Yes. ${who} can ${phrase}.${named}`];
  }
  const { reasons, whoCould } = explanation;
  return [
    `${who} can't ${phrase}.`,
    ...reasons
      .filter(({ reason }) => reason !== NO_PERMIT_REASON)
      .map(({ reason, rule }) => (rule === null ? reason : `The rule ${rule.id} tells ${who}: “${reason}”`)),
    whoCould.length > 0 ? groupsCan(whoCould) : "The policies name no group that can do this.",
  ];
}

function tenantPhrase(action: string): string {
  const words: Readonly<Record<string, string>> = ACTION_WORDS;
  return words[action] ?? action;
}

function changePhrase(action: string, { kind, username }: NonNullable<PermissionAnswer["change"]>): string {
  const changing = `${CHANGING[kind]} ${username}`;
  switch (action) {
    case "emergency":
      return kind === "deactivate"
        ? `make an emergency deactivation of ${username}`
        : `make an emergency change: ${changing}`;
    case "ratify":
      return kind === "deactivate"
        ? `ratify an emergency deactivation of ${username}`
        : `ratify an emergency change: ${changing}`;
    case "execute":
      return `have a change executed: ${changing}`;
    case "cancel":
      return `cancel a request for ${changing}`;
    case "revoke":
      return `remove temporary roles of ${username} early`;
    default:
      return `${action} ${changing}`;
  }
}

const CHANGING: Readonly<Record<ChangeKind, string>> = {
  deactivate: "deactivating",
  activate: "activating",
  move: "moving",
  add_roles: "adding roles to",
  remove_roles: "removing roles from",
  replace_roles: "replacing the roles of",
};
