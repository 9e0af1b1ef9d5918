import type { TypedUserFault, UserFault } from "../../subjects/index.ts";

/** Why a typed text names no one user. */
export function typedUserFaultText(fault: TypedUserFault): string {
  switch (fault.kind) {
    case "nobody_named":
      return "Say whom you mean: an Incydr user id, a username (e-mail), or an @mention.";
    case "text_too_long":
      return `At most ${fault.most} characters can name a user; these are ${fault.length}.`;
    case "id_too_long":
      return `An id has at most ${fault.most} characters; this has ${fault.length}.`;
    case "username_too_long":
      return `A username has at most ${fault.most} characters; this has ${fault.length}.`;
    case "half_character":
      return "Has half a character or U+0000, which no username has.";
    case "control_character":
      return "Has a control character, which no username has.";
    case "sign_in_link":
      return "Has a link with a sign in it that no username has.";
    case "several_users":
      return `Names ${fault.names.length} users: ${fault.names.join(", ")}. Name one.`;
    case "other_words":
      return `Has other words beside ${fault.name}. Name one user, and nothing else.`;
  }
}

/** Why one of many users is not known. */
export function userFaultText(fault: UserFault): string {
  switch (fault.kind) {
    case "no_such_user":
      return "Incydr has no such user.";
    case "gone":
      return "Incydr has no such user any more.";
    case "several_users":
      return `Several Incydr users have this name; use an id: ${fault.userIds.join(", ")}.`;
    case "list_may_be_incomplete":
      return "Incydr's list of users may be incomplete; use the user's id.";
    case "activity_unknown":
      return "Incydr doesn't say whether this user is active.";
    case "not_permitted":
      return "The API client may not read this user.";
    case "refused":
      return "Incydr refuses to look this user up.";
    case "not_understood":
      return "Incydr's answer about this user could not be understood.";
    case "timed_out":
      return "Incydr did not answer about this user in time; try again later.";
    case "failed": {
      const http = fault.status === null ? "" : ` (HTTP ${fault.status})`;
      return `Incydr answered with an error about this user${http}; try again later.`;
    }
  }
}
