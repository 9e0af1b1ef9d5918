import { type NothingToDo, type NothingToUndo, nameOf } from "../../change-requests/index.ts";

/** Why a change would have no effect. */
export function nothingToDoText(data: NothingToDo): string {
  switch (data.why) {
    case "inactive":
      return `${data.username} is already inactive. Nothing was requested.`;
    case "active":
      return `${data.username} is already active. Nothing was requested.`;
    case "holds_every_role":
      return `${data.username} already has every role that can be added. Nothing was requested.`;
    case "holds_no_role":
      return `${data.username} has no roles. Nothing was requested.`;
    case "role_held":
      return `${data.username} already has the role “${data.role}”. Nothing was requested.`;
    case "role_not_held":
      return `${data.username} doesn't have the role “${data.role}”. Nothing was requested.`;
    case "org_unknown":
      return `Incydr doesn't say which organization ${data.username} is in. Nothing was requested.`;
    case "in_org":
      return `${data.username} is already in the organization “${data.org}”. Nothing was requested.`;
    case "in_effect":
      return `No change needed: ${nameOf(data.requestId)} is already in effect for ${data.username}. Cancel ${nameOf(data.requestId)}.`;
    case "gives_no_more":
      return `${nameOf(data.requestId)} has no temporary role left to extend. Nothing was requested. Make a new request for the roles.`;
    case "gave_none":
      return `${nameOf(data.requestId)} gave no temporary roles. Nothing was requested.`;
  }
}

/** Why a request can't be undone. */
export function nothingToUndoText(data: NothingToUndo): string {
  return `${whyNothingToUndo(data)} Nothing was requested.`;
}

function whyNothingToUndo(data: NothingToUndo): string {
  switch (data.why) {
    case "bulk":
      return `${nameOf(data.requestId)} changed many users. To reverse it, use /incydr bulk with the users in its results file.`;
    case "changed_nothing":
      return `${nameOf(data.requestId)} changed nothing, so there is nothing to undo.`;
    case "no_longer_shown":
      return `The change of ${nameOf(data.requestId)} is no longer in effect for ${data.username}.`;
    case "org_gone":
      return `${data.org} is no longer an active organization.`;
    case "former_org_unknown":
      return "The user's former organization is no longer active.";
    case "roles_not_assignable":
      return `The bot's API client can't assign ${data.roles.join(", ")}. Ask an administrator.`;
    case "roles_were_lent":
      return `${nameOf(data.requestId)} removed temporary roles: ${data.roles.join(", ")}. Make a new request for them.`;
  }
}
