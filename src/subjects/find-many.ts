import {
  AmbiguousUsernameError,
  findUserByUsername,
  foldUsername,
  IncompleteListError,
  type IncydrReader,
  isComplete,
  isIncydrError,
  listUsers,
  type User,
  UsernameNotFoundError,
} from "../incydr/index.ts";
import { type ReadFault, readEach } from "./read-each.ts";

const BULK = { lane: "bulk", deadlineMs: 300_000 } as const;
/** For all pages of the list together. */
const WHOLE_LIST = { lane: "bulk", deadlineMs: 3_600_000 } as const;
const PAGE_SIZE = 100;

/** The one Incydr user of a name, or why there is none. */
export type Found = { readonly user: User } | ReadFault;

/**
 * Makes the function that finds many users, each by exactly its id or username in any case: with one call
 * each, or by reading the whole list where that takes fewer. A user that can't be read has a fault.
 * @throws {IncydrError} when Incydr as a whole doesn't answer.
 */
export function createFindMany({ incydr }: { incydr: IncydrReader }) {
  return async function findMany(names: readonly string[]): Promise<ReadonlyMap<string, Found>> {
    if ((await countPages()) >= names.length) return readEach(names, findOne);
    try {
      return await findInList(names);
    } catch (error) {
      // One odd record spoils its page for every other user of it.
      if (isIncydrError(error, "unexpected_answer")) return readEach(names, findOne);
      throw error;
    }
  };

  /** The pages of the list of all users; infinite if it can't be told. */
  async function countPages(): Promise<number> {
    const { users, skipped, totalCount } = await incydr.users.getPage({ pageSize: 1 }, BULK);
    // A total that the page itself has may be the page's own.
    const isStated = totalCount !== null && totalCount > users.length + skipped;
    return isStated ? Math.ceil(totalCount / PAGE_SIZE) : Number.POSITIVE_INFINITY;
  }

  async function findInList(names: readonly string[]): Promise<ReadonlyMap<string, Found>> {
    const users = await listUsers(incydr.users, {}, WHOLE_LIST);
    // Whoever isn't in a list that may be incomplete can be in Incydr all the same.
    if (!isComplete(users)) return readEach(names, findOne);
    const byId = new Map(users.map((user) => [user.userId as string, [user]])); // a branded id is a string
    const byUsername = new Map<string, User[]>();
    for (const user of users) {
      if (user.username === null) continue;
      const key = foldUsername(user.username);
      const alike = byUsername.get(key);
      if (alike) alike.push(user);
      else byUsername.set(key, [user]);
    }
    return new Map(
      names.map((name) => [
        name,
        onlyOne((isId(name) ? byId.get(name) : byUsername.get(foldUsername(name))) ?? []),
      ]),
    );
  }

  async function findOne(name: string): Promise<Found> {
    return isId(name) ? withId(name) : withUsername(name);
  }

  async function withId(userId: string): Promise<Found> {
    try {
      return { user: await incydr.users.getUser(userId, BULK) };
    } catch (error) {
      if (isIncydrError(error, "not_found")) return onlyOne([]);
      throw error;
    }
  }

  async function withUsername(username: string): Promise<Found> {
    try {
      return { user: await findUserByUsername(incydr.users, username, BULK) };
    } catch (error) {
      if (error instanceof UsernameNotFoundError) return onlyOne([]);
      if (error instanceof AmbiguousUsernameError) return onlyOne(error.users);
      if (error instanceof IncompleteListError) return { fault: { kind: "list_may_be_incomplete" } };
      throw error;
    }
  }
}

export type FindMany = ReturnType<typeof createFindMany>;

function onlyOne(users: readonly User[]): Found {
  const [user, ...others] = users;
  if (!user) return { fault: { kind: "no_such_user" } };
  if (others.length === 0) return { user };
  return { fault: { kind: "several_users", userIds: users.map(({ userId }) => userId) } };
}

function isId(name: string): boolean {
  return /^\d{5,}$/.test(name);
}
