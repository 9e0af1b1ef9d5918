import { RefusalError } from "../kernel/errors.ts";

const NOBODY_NAMED = "Say whom you mean: an Incydr user id, a username (e-mail), or an @mention.";

/** Why a text does not name exactly one user; lengths are in UTF-16 units. */
export type TypedUserFault =
  | { readonly kind: "nobody_named" }
  | {
      readonly kind: "text_too_long" | "id_too_long" | "username_too_long";
      readonly most: number;
      readonly length: number;
    }
  /** A character that no username has; `half_character` includes U+0000. */
  | { readonly kind: "half_character" | "control_character" | "sign_in_link" }
  | { readonly kind: "several_users"; readonly names: readonly string[] }
  /** Other words beside a name, which may name another person. */
  | { readonly kind: "other_words"; readonly name: string };

export class NoSubjectNamedError extends RefusalError<"no_subject_named", null> {
  constructor() {
    super("no_subject_named", null, NOBODY_NAMED);
  }
}

export class SubjectUnreadableError extends RefusalError<
  "subject_unreadable",
  { readonly fault: TypedUserFault }
> {
  constructor(fault: TypedUserFault) {
    super("subject_unreadable", { fault }, typedUserMessage(fault));
  }
}

/** The sentence for the audit log. */
function typedUserMessage(fault: TypedUserFault): string {
  switch (fault.kind) {
    case "nobody_named":
      return NOBODY_NAMED;
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

/** `similar` are at most five usernames with a similar beginning. */
export class SubjectNotFoundError extends RefusalError<
  "subject_not_found",
  { readonly who: string; readonly similar: readonly string[] }
> {
  constructor(who: string, similar: readonly string[]) {
    super("subject_not_found", { who, similar }, `Incydr has no user “${who}”.`);
  }
}

export class AmbiguousSubjectError extends RefusalError<
  "ambiguous_subject",
  { readonly who: string; readonly matches: readonly string[] }
> {
  constructor(who: string, matches: readonly string[]) {
    super("ambiguous_subject", { who, matches }, `“${who}” matches ${matches.length} Incydr users.`);
  }
}

export class MentionWithoutEmailError extends RefusalError<
  "mention_without_email",
  { readonly slackUserId: string }
> {
  constructor(slackUserId: string) {
    const message = `Slack shows no e-mail for ${slackUserId}. Use their Incydr username.`;
    super("mention_without_email", { slackUserId }, message);
  }
}
