import type { TypedUserFault, UserFault } from "../../subjects/index.ts";
import { count } from "./change-texts.ts";

/** Why a typed text doesn't name exactly one user. */
export function typedUserFaultText(fault: TypedUserFault): string {
  switch (fault.kind) {
    case "nobody_named":
      return "Name the user: a part of the name, a username (e-mail), an Incydr user id or an @mention.";
    case "text_too_long":
      return `Too long for a user: ${count(fault.length, "character")}. The limit is ${fault.most.toLocaleString("en-US")}.`;
    case "id_too_long":
      return `Too long for an id: ${count(fault.length, "character")}. The limit is ${fault.most.toLocaleString("en-US")}.`;
    case "username_too_long":
      return `Too long for a username: ${count(fault.length, "character")}. The limit is ${fault.most.toLocaleString("en-US")}.`;
    case "half_character":
      return "Contains a broken character (half an emoji, or U+0000). Remove it.";
    case "control_character":
      return "Contains an invisible control character. Remove it.";
    case "sign_in_link":
      return "Contains a link that can't be a username. Type the username.";
    case "several_users":
      return `Names ${fault.names.length} users: ${fault.names.join(", ")}. Name only one.`;
    case "other_words":
      return `Contains other words besides ${fault.name}. Write only the user.`;
  }
}

/** Incydr lacks a user whom a menu suggested, because the directory is older. */
export const SUGGESTED_USER_GONE = "Incydr no longer has this user. Choose another user, or type a username.";

/** Why one of many users could not be read. */
export function userFaultText(fault: UserFault): string {
  switch (fault.kind) {
    case "no_such_user":
      return "Incydr has no such user.";
    case "gone":
      return "Incydr no longer has this user.";
    case "several_users":
      return `Several Incydr users have this name. Use an id: ${fault.userIds.join(", ")}.`;
    case "list_may_be_incomplete":
      return "Incydr's list of users may be incomplete. Use the user's id.";
    case "activity_unknown":
      return "Incydr doesn't say whether this user is active.";
    case "not_permitted":
      return "The bot's API client can't read this user. Ask an administrator.";
    case "refused":
      return "Incydr refuses to look up this user.";
    case "not_understood":
      return "Incydr's answer about this user could not be understood.";
    case "timed_out":
      return "Incydr did not answer about this user in time. Try again later.";
    case "failed": {
      const http = fault.status === null ? "" : ` (HTTP ${fault.status})`;
      return `Incydr answered with an error about this user${http}. Try again later.`;
    }
  }
}
