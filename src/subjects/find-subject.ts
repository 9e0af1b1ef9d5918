import type { PeopleDirectory } from "../authorization/index.ts";
import { RECENT } from "../authorization/index.ts";
import { type IncydrReader, isIncydrError, type User } from "../incydr/index.ts";
import {
  AmbiguousSubjectError,
  MentionWithoutEmailError,
  NoSubjectNamedError,
  SubjectNotFoundError,
} from "./subject-errors.ts";

export interface FindSubjectOptions {
  readonly incydr: IncydrReader;
  readonly directory: PeopleDirectory;
}

/** Usernames named to somebody who mistyped one. */
const MOST_SUGGESTIONS = 5;

/**
 * Makes the function that finds the one Incydr user a person means by an id, a username, an e-mail or a
 * mention (`<@U…|name>`). It never guesses: anything but one exact match is an error.
 */
export function createFindSubject({ incydr, directory }: FindSubjectOptions) {
  return async function findSubject(who: string): Promise<User> {
    const typed = who.trim();
    if (typed === "") throw new NoSubjectNamedError();
    const mentioned = /^<@([A-Z0-9]+)(?:\|[^>]*)?>$/.exec(typed)?.[1];
    if (mentioned) return byUsername(await emailOf(mentioned));
    return /^\d{5,}$/.test(typed) ? byId(typed) : byUsername(unwrapLink(typed));
  };

  async function emailOf(slackUserId: string): Promise<string> {
    const { email } = await directory.person(slackUserId, RECENT);
    if (!email) throw new MentionWithoutEmailError(slackUserId);
    return email;
  }

  async function byId(userId: string): Promise<User> {
    try {
      return await incydr.users.getUser(userId, { lane: "interactive" });
    } catch (error) {
      if (isIncydrError(error, "not_found")) throw new SubjectNotFoundError(userId, []);
      throw error;
    }
  }

  async function byUsername(username: string): Promise<User> {
    const wanted = foldCase(username);
    let users: readonly User[] = [];
    let exact: readonly User[] = [];
    // How Incydr compares is not documented: it may know lower case alone.
    for (const asked of new Set([username, wanted])) {
      ({ users } = await incydr.users.getPage({ username: asked, pageSize: 100 }, { lane: "interactive" }));
      exact = users.filter((user) => foldCase(user.username) === wanted);
      if (exact.length > 0) break;
    }
    const [only, ...others] = exact;
    if (only && others.length === 0) return only;
    if (only)
      throw new AmbiguousSubjectError(
        username,
        exact.map(({ userId }) => userId),
      );
    const similar = users.flatMap((user) =>
      foldCase(user.username).startsWith(wanted) && user.username ? [user.username] : [],
    );
    if (similar.length > 1) throw new AmbiguousSubjectError(username, similar.slice(0, MOST_SUGGESTIONS));
    throw new SubjectNotFoundError(username, similar);
  }
}

export type FindSubject = ReturnType<typeof createFindSubject>;

/** Slack wraps an address that somebody pastes: `<mailto:a@b|a@b>`. */
function unwrapLink(typed: string): string {
  return /^<mailto:([^|>]+)(?:\|[^>]*)?>$/.exec(typed)?.[1] ?? typed;
}

function foldCase(text: string | null): string {
  return (text ?? "").normalize("NFC").toLowerCase();
}
