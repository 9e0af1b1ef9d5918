import { type IncydrReader, isIncydrError, type User } from "../incydr/index.ts";
import { readEach } from "./read-each.ts";

const BULK = { lane: "bulk", deadlineMs: 300_000 } as const;
const PAGE_SIZE = 100;

/** The one Incydr user of a name, or a sentence that says why there is none. */
export type Found = { readonly user: User } | { readonly fault: string };

/**
 * Makes the function that finds many users, each by exactly its id or username in any case: with one call
 * each, or by reading the whole list where that takes fewer. A user that can't be read has a fault.
 * @throws {IncydrError} when Incydr as a whole doesn't answer.
 */
export function createFindMany({ incydr }: { incydr: IncydrReader }) {
  return async function findMany(names: readonly string[]): Promise<ReadonlyMap<string, Found>> {
    const { totalCount } = await incydr.users.getPage({ pageSize: 1 }, BULK);
    const pages = totalCount === null ? Number.POSITIVE_INFINITY : Math.ceil(totalCount / PAGE_SIZE);
    if (pages >= names.length) return readEach(names, findOne);
    try {
      return await findInList(names);
    } catch (error) {
      // One odd record spoils its page for every other user of it.
      if (isIncydrError(error, "unexpected_answer")) return readEach(names, findOne);
      throw error;
    }
  };

  async function findInList(names: readonly string[]): Promise<ReadonlyMap<string, Found>> {
    const byId = new Map<string, User[]>();
    const byUsername = new Map<string, User[]>();
    for await (const user of incydr.users.iterAll({ pageSize: PAGE_SIZE }, BULK)) {
      byId.set(user.userId, [user]);
      const key = folded(user.username);
      byUsername.set(key, [...(byUsername.get(key) ?? []), user]);
    }
    return new Map(
      names.map((name) => [
        name,
        onlyOne((isId(name) ? byId.get(name) : byUsername.get(folded(name))) ?? []),
      ]),
    );
  }

  async function findOne(name: string): Promise<Found> {
    return onlyOne(await (isId(name) ? withId(name) : withUsername(name)));
  }

  async function withId(userId: string): Promise<User[]> {
    try {
      return [await incydr.users.getUser(userId, BULK)];
    } catch (error) {
      if (isIncydrError(error, "not_found")) return [];
      throw error;
    }
  }

  async function withUsername(username: string): Promise<User[]> {
    // How Incydr compares is not documented: it may know lower case alone.
    for (const asked of new Set([username, folded(username)])) {
      const { users } = await incydr.users.getPage({ username: asked, pageSize: PAGE_SIZE }, BULK);
      const exact = users.filter((user) => folded(user.username) === folded(username));
      if (exact.length > 0) return exact;
    }
    return [];
  }
}

export type FindMany = ReturnType<typeof createFindMany>;

function onlyOne(users: readonly User[]): Found {
  const [user, ...others] = users;
  if (!user) return { fault: "Incydr has no such user." };
  if (others.length === 0) return { user };
  return {
    fault: `Several Incydr users have this name; use an id: ${users.map(({ userId }) => userId).join(", ")}.`,
  };
}

function isId(name: string): boolean {
  return /^\d{5,}$/.test(name);
}

function folded(text: string | null): string {
  return (text ?? "").normalize("NFC").toLowerCase();
}
