import { AppError } from "../kernel/errors.ts";

export const NOBODY_NAMED = "Say whom you mean: an Incydr user id, a username (e-mail), or an @mention.";

/** Nothing was typed that could name a subject. */
export class NoSubjectNamedError extends AppError<"no_subject_named"> {
  constructor() {
    super("no_subject_named", NOBODY_NAMED);
  }
}

/** The typed text names several users, or can't be the name of one; the message says why. */
export class SubjectUnreadableError extends AppError<"subject_unreadable"> {
  constructor(fault: string) {
    super("subject_unreadable", fault);
  }
}

/** Incydr has no such user; `similar` are usernames that begin alike, at most five. */
export class SubjectNotFoundError extends AppError<"subject_not_found"> {
  readonly who: string;
  readonly similar: readonly string[];

  constructor(who: string, similar: readonly string[]) {
    super("subject_not_found", `Incydr has no user “${who}”.`);
    this.who = who;
    this.similar = similar;
  }
}

/** Several Incydr users match; acting on the first would be a guess. */
export class AmbiguousSubjectError extends AppError<"ambiguous_subject"> {
  readonly who: string;
  readonly matches: readonly string[];

  constructor(who: string, matches: readonly string[]) {
    super("ambiguous_subject", `“${who}” matches ${matches.length} Incydr users.`);
    this.who = who;
    this.matches = matches;
  }
}

/** A mentioned person has no e-mail in Slack by which they could be found in Incydr. */
export class MentionWithoutEmailError extends AppError<"mention_without_email"> {
  constructor(slackUserId: string) {
    super("mention_without_email", `Slack shows no e-mail for ${slackUserId}. Use their Incydr username.`);
  }
}
