import { RefusalError } from "../kernel/errors.ts";

export const NOBODY_NAMED = "Say whom you mean: an Incydr user id, a username (e-mail), or an @mention.";

/** Nothing was typed that could name a subject. */
export class NoSubjectNamedError extends RefusalError<"no_subject_named", null> {
  constructor() {
    super("no_subject_named", null, NOBODY_NAMED);
  }
}

/** The typed text names several users, or can't be the name of one; `fault` is a sentence. */
export class SubjectUnreadableError extends RefusalError<"subject_unreadable", { readonly fault: string }> {
  constructor(fault: string) {
    super("subject_unreadable", { fault }, fault);
  }
}

/** Incydr has no such user; `similar` are usernames that begin alike, at most five. */
export class SubjectNotFoundError extends RefusalError<
  "subject_not_found",
  { readonly who: string; readonly similar: readonly string[] }
> {
  constructor(who: string, similar: readonly string[]) {
    super("subject_not_found", { who, similar }, `Incydr has no user “${who}”.`);
  }
}

/** Several Incydr users match; acting on the first would be a guess. */
export class AmbiguousSubjectError extends RefusalError<
  "ambiguous_subject",
  { readonly who: string; readonly matches: readonly string[] }
> {
  constructor(who: string, matches: readonly string[]) {
    super("ambiguous_subject", { who, matches }, `“${who}” matches ${matches.length} Incydr users.`);
  }
}

/** A mentioned person has no e-mail in Slack by which they could be found in Incydr. */
export class MentionWithoutEmailError extends RefusalError<
  "mention_without_email",
  { readonly slackUserId: string }
> {
  constructor(slackUserId: string) {
    const message = `Slack shows no e-mail for ${slackUserId}. Use their Incydr username.`;
    super("mention_without_email", { slackUserId }, message);
  }
}
