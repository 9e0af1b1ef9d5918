import { nameOf } from "./change-request.ts";

// Causes of refusals. The audit log stores these messages with rejected attempts, so they stay. The sentences for people
// are in slack/texts.

export type NothingToDo =
  | {
      readonly why: "inactive" | "active" | "holds_every_role" | "holds_no_role" | "org_unknown";
      readonly username: string;
    }
  | { readonly why: "role_held" | "role_not_held"; readonly username: string; readonly role: string }
  | { readonly why: "in_org"; readonly username: string; readonly org: string }
  /** A renewed request whose change is in effect already. */
  | { readonly why: "in_effect"; readonly username: string; readonly requestId: number }
  /** A request to extend whose roles have ended, or have no end. */
  | { readonly why: "gives_no_more" | "gave_none"; readonly requestId: number };

export function nothingToDoMessage(data: NothingToDo): string {
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

export type NothingToUndo =
  | { readonly why: "bulk" | "changed_nothing"; readonly requestId: number }
  | { readonly why: "no_longer_shown"; readonly requestId: number; readonly username: string }
  /** `org`: the name of the former organization, which is inactive or gone. */
  | { readonly why: "org_gone"; readonly org: string }
  | { readonly why: "former_org_unknown" }
  | { readonly why: "roles_not_assignable"; readonly roles: readonly string[] }
  /** The request took roles that were given for a limited time. */
  | { readonly why: "roles_were_lent"; readonly requestId: number; readonly roles: readonly string[] };

export function nothingToUndoMessage(data: NothingToUndo): string {
  switch (data.why) {
    case "bulk":
      return `${nameOf(data.requestId)} is a bulk. Ask for its reverse with /incydr bulk: the file of its outcomes lists the users. Nothing was requested.`;
    case "changed_nothing":
      return `${nameOf(data.requestId)} changed nothing that could be undone. Nothing was requested.`;
    case "no_longer_shown":
      return `${data.username} no longer shows what ${nameOf(data.requestId)} changed. Nothing was requested.`;
    case "org_gone":
      return `${data.org} is no longer an active organization. Nothing was requested.`;
    case "former_org_unknown":
      return "The organization they came from is no longer an active organization. Nothing was requested.";
    case "roles_not_assignable":
      return `The API client of this bot may not assign ${data.roles.join(", ")}. Nothing was requested.`;
    case "roles_were_lent":
      return `${nameOf(data.requestId)} took ${data.roles.join(", ")}, which were given for a limited time. Ask for them anew. Nothing was requested.`;
  }
}
