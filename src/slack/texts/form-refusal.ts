import { type NothingToDo, type NothingToUndo, nameOf } from "../../change-requests/index.ts";

/** Why a change would change nothing. */
export function nothingToDoText(data: NothingToDo): string {
  switch (data.why) {
    case "inactive":
      return `${data.username} is inactive already. Nothing was requested.`;
    case "active":
      return `${data.username} is active already. Nothing was requested.`;
    case "holds_every_role":
      return `${data.username} holds every role that can be added.`;
    case "holds_no_role":
      return `${data.username} holds no role.`;
    case "role_held":
      return `${data.username} holds the role “${data.role}” already. Nothing was requested.`;
    case "role_not_held":
      return `${data.username} holds no role “${data.role}”. Nothing was requested.`;
    case "org_unknown":
      return `Incydr doesn't say in which organization ${data.username} is. Nothing was requested.`;
    case "in_org":
      return `${data.username} is in the organization “${data.org}” already. Nothing was requested.`;
    case "in_effect":
      return `${data.username} is as ${nameOf(data.requestId)} would make them already. Nothing is left to do; cancel it.`;
    case "gives_no_more":
      return `${nameOf(data.requestId)} gives no role any more that could be extended. Ask for roles anew.`;
    case "gave_none":
      return `${nameOf(data.requestId)} gave no role for a limited time.`;
  }
}

/** Why a request can't be undone. */
export function nothingToUndoText(data: NothingToUndo): string {
  return `${whyNothingToUndo(data)} Nothing was requested.`;
}

function whyNothingToUndo(data: NothingToUndo): string {
  switch (data.why) {
    case "bulk":
      return `${nameOf(data.requestId)} is a bulk. Ask for its reverse with /incydr bulk: the file of its outcomes lists the users.`;
    case "changed_nothing":
      return `${nameOf(data.requestId)} changed nothing that could be undone.`;
    case "no_longer_shown":
      return `${data.username} no longer shows what ${nameOf(data.requestId)} changed.`;
    case "org_gone":
      return `${data.org} is no longer an active organization.`;
    case "former_org_unknown":
      return "The organization they came from is no longer an active organization.";
    case "roles_not_assignable":
      return `The API client of this bot may not assign ${data.roles.join(", ")}.`;
    case "roles_were_lent":
      return `${nameOf(data.requestId)} took ${data.roles.join(", ")}, which were given for a limited time. Ask for them anew.`;
  }
}
