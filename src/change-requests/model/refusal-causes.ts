import { nameOf } from "./change-request.ts";
import { MOST_SUBJECTS } from "./parsed-list.ts";

// Causes of refusals. The messages are for the audit log, which stores them with rejected attempts, so that they stay;
// the sentences that people read are in slack/texts.

/** Why a change would change nothing. */
export type NothingToDo =
  | {
      readonly why: "inactive" | "active" | "holds_every_role" | "holds_no_role" | "org_unknown";
      readonly username: string;
    }
  | { readonly why: "role_held" | "role_not_held"; readonly username: string; readonly role: string }
  | { readonly why: "in_org"; readonly username: string; readonly org: string }
  /** A renewed request whose change is in effect already. */
  | { readonly why: "in_effect"; readonly username: string; readonly requestId: number }
  /** A request that is to be extended, whose roles are over or were given for good. */
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

/** Why a request can't be undone. */
export type NothingToUndo =
  | { readonly why: "bulk" | "changed_nothing"; readonly requestId: number }
  | { readonly why: "no_longer_shown"; readonly requestId: number; readonly username: string }
  /** `org`: the name of the former organization, which is inactive or isn't there. */
  | { readonly why: "org_gone"; readonly org: string }
  | { readonly why: "former_org_unknown" }
  | { readonly why: "roles_not_assignable"; readonly roles: readonly string[] }
  /** The roles that the request took were given for a limited time. */
  | { readonly why: "roles_were_lent"; readonly requestId: number; readonly roles: readonly string[] };

export function nothingToUndoMessage(data: NothingToUndo): string {
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

/** Why a list that was handed in can't be read. */
export type BulkFileFault =
  /** The bot's token lacks these scopes. */
  | { readonly kind: "missing_scope"; readonly scopes: string }
  | { readonly kind: "gone" | "of_another" | "elsewhere" | "no_text" | "web_page" | "too_large" }
  | { readonly kind: "unreadable"; readonly detail: string }
  | {
      readonly kind: "too_many_lines";
      readonly count: number;
      readonly most: number;
      readonly mostSubjects: number;
    };

export function bulkFileMessage(fault: BulkFileFault): string {
  switch (fault.kind) {
    case "missing_scope":
      return `The bot lacks the scope ${fault.scopes} in Slack, and can't read files. Paste the lines instead, or ask an administrator to add it and to install the app again.`;
    case "gone":
      return "Slack doesn't have the file any more.";
    case "of_another":
      return "The file was uploaded by somebody else.";
    case "elsewhere":
      return "The file doesn't lie with Slack; upload it to Slack itself.";
    case "no_text":
      return "The file isn't a text file in UTF-8 or UTF-16. In a spreadsheet, save it as “CSV UTF-8”, and upload that.";
    case "web_page":
      return "Slack gave a web page for the file: save it as CSV and upload it again.";
    case "too_large":
      return `The file is larger than 1 MB. A request is about at most ${MOST_SUBJECTS.toLocaleString("en-US")} users: split the list.`;
    case "unreadable":
      return `The file could not be read from Slack: ${fault.detail}`;
    case "too_many_lines":
      return `The list has ${fault.count} lines, and at most ${fault.most} are read. A request is about at most ${fault.mostSubjects} users: split the list.`;
  }
}
