import type { Call } from "./call-runner.ts";
import type { UserFilter } from "./client-api.ts";
import { IncydrError, invalidInput } from "./errors.ts";
import type { User } from "./types.ts";

/**
 * Checks a username for a query; an empty one would mean every user.
 * @throws IncydrError `invalid` for a blank one.
 */
export function assertUsername(username: string): void {
  if (typeof username !== "string" || username.trim() === "") {
    throw invalidInput("a username must not be empty: leave it out to mean every user");
  }
}

/**
 * The one user of exactly this username, in any case of its letters. How Incydr compares is not
 * documented: it may answer with names that only begin alike, or know lower case alone.
 * @throws IncydrError `not_found` for none, `ambiguous` for several.
 */
export async function findUsername(
  call: Call,
  username: string,
  listUsers: (call: Call, filter: UserFilter) => AsyncIterable<User>,
): Promise<User> {
  assertUsername(username);
  const wanted = folded(username);
  const matches = new Map<string, User>();
  // Both spellings in any case: a server that minds capitals would show one of two only.
  for (const asked of new Set([username, wanted])) {
    for await (const user of listUsers(call, { username: asked })) {
      if (user.username !== null && folded(user.username) === wanted) matches.set(user.userId, user);
    }
  }
  const [user, ...others] = matches.values();
  if (others.length > 0) {
    const message = `${matches.size} users have the username ${JSON.stringify(username)}; use an id: ${idsOf([...matches.values()])}`;
    throw new IncydrError("ambiguous", message, { sent: "yes" });
  }
  if (user) return user;
  const message = `Incydr knows no user with exactly the username ${JSON.stringify(username)}; check the spelling`;
  throw new IncydrError("not_found", message, { sent: "yes" });
}

function folded(username: string): string {
  return username.normalize("NFC").toLowerCase();
}

function idsOf(users: readonly User[]): string {
  return users
    .slice(0, 5)
    .map(({ userId }) => userId)
    .join(", ");
}
