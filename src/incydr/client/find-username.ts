import type { CallOptions } from "../model/call-options.ts";
import { IncompleteListError, IncydrError, invalidInput } from "../model/errors.ts";
import { foldUsername } from "../model/ids.ts";
import type { UserFilter, UsersReader } from "./client-api.ts";
import { withinOneDeadline } from "./one-deadline.ts";
import { collectPages, type Page } from "./read-pages.ts";
import type { User } from "./records.ts";

/** Incydr has no user with this username; `similar` are usernames that begin with it. */
export class UsernameNotFoundError extends IncydrError<"not_found"> {
  readonly similar: readonly string[];

  constructor(username: string, similar: readonly string[]) {
    const message = `Incydr has no user with exactly the username ${JSON.stringify(username)}; check the spelling`;
    super("not_found", message, { sent: "yes" });
    this.similar = similar;
  }
}

/** Several users have this username, in any case. */
export class AmbiguousUsernameError extends IncydrError<"ambiguous"> {
  readonly users: readonly User[];

  constructor(username: string, users: readonly User[]) {
    const ids = users
      .slice(0, 5)
      .map(({ userId }) => userId)
      .join(", ");
    const message = `${users.length} users have the username ${JSON.stringify(username)}; use an id: ${ids}`;
    super("ambiguous", message, { sent: "yes" });
    this.users = users;
  }
}

const pageSize = 100;
// A text that matches more than 1,000 users is not a username, and reading on would use up the rate limit.
const maxPages = 10;

/**
 * Checks a username for a query: Incydr takes an empty username for every user.
 * @throws IncydrError `invalid` if the username is blank
 */
export function assertUsername(username: string): void {
  if (typeof username !== "string" || username.trim() === "") {
    throw invalidInput("the username must not be empty; leave it out to list every user");
  }
}

/**
 * The one user of exactly this username, compared by `foldUsername`. Incydr's own comparison is not documented: it may
 * return names that only begin with this one, or match only lower case. Reads every page.
 * @throws UsernameNotFoundError if there is none, AmbiguousUsernameError if there are several, IncompleteListError if
 * Incydr's list may be incomplete
 */
export async function findUsername(
  username: string,
  fetchPage: (
    filter: UserFilter,
    paging: { readonly page: number; readonly pageSize: number },
  ) => Promise<Page<User>>,
): Promise<User> {
  assertUsername(username);
  const wanted = foldUsername(username);
  const matches = new Map<string, User>();
  const similar = new Set<string>();
  let complete = true;
  // Requests both spellings, because a case-sensitive server would return only one of two users.
  for (const asked of new Set([username, wanted])) {
    const users = await collectPages<User>({
      pageSize,
      maxPages,
      // Most look-ups find one user. Another request for each would double their cost.
      wholeBelow: 2,
      keyOf: ({ userId }) => userId,
      fetchPage: (page) => fetchPage({ username: asked }, { page, pageSize }),
    });
    complete &&= users.complete;
    for (const user of users) {
      const name = foldUsername(user.username ?? "");
      if (name === wanted) matches.set(user.userId, user);
      else if (user.username && name.startsWith(wanted)) similar.add(user.username);
    }
  }
  const [user, ...others] = matches.values();
  if (others.length > 0) throw new AmbiguousUsernameError(username, [...matches.values()]);
  if (!complete) {
    throw new IncompleteListError(
      `Could not tell whether Incydr has exactly one user with the username ${JSON.stringify(username)}: its list of users may be incomplete; use the user's id`,
    );
  }
  if (user) return user;
  throw new UsernameNotFoundError(username, [...similar]);
}

/**
 * As `findUsername`, through a reader of users, also for a username without an `@`. `options` hold for the whole
 * look-up.
 * @throws the errors of `findUsername` and of `getPage`
 */
export async function findUserByUsername(
  users: Pick<UsersReader, "getPage">,
  username: string,
  options?: CallOptions,
): Promise<User> {
  const pageOptions = withinOneDeadline("list users", options);
  return await findUsername(username, async (filter, { page: pageNum, pageSize: size }) => {
    const page = await users.getPage({ ...filter, pageNum, pageSize: size }, pageOptions());
    return { ...page, items: page.users };
  });
}
