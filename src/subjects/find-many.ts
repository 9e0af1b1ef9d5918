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
import { isUserId } from "./typed-user.ts";

const BULK = { lane: "bulk", deadlineMs: 300_000 } as const;
/** The deadline applies to all pages together. */
const WHOLE_LIST = { lane: "bulk", deadlineMs: 3_600_000 } as const;
const PAGE_SIZE = 100;

/** The one Incydr user of a name, or why there is none. */
export type Found = { readonly user: User } | ReadFault;

/**
 * Creates the function that finds many users by id or by username in any case. It makes one call for each user, or reads
 * the whole list if that takes fewer calls. A user that cannot be read has a fault.
 * @throws {IncydrError} if Incydr as a whole does not answer
 */
export function createFindMany({ incydr }: { incydr: IncydrReader }) {
  return async function findMany(names: readonly string[]): Promise<ReadonlyMap<string, Found>> {
    if ((await countPages()) >= names.length) return readEach(names, findOne);
    try {
      return await findInList(names);
    } catch (error) {
      // One unexpected record makes its whole page unreadable.
      if (isIncydrError(error, "unexpected_answer")) return readEach(names, findOne);
      throw error;
    }
  };

  /** The number of pages of the list of all users; infinity if unknown. */
  async function countPages(): Promise<number> {
    const { users, skipped, totalCount } = await incydr.users.getPage({ pageSize: 1 }, BULK);
    // A total equal to the page's own length may count only this page.
    const isStated = totalCount !== null && totalCount > users.length + skipped;
    return isStated ? Math.ceil(totalCount / PAGE_SIZE) : Number.POSITIVE_INFINITY;
  }

  async function findInList(names: readonly string[]): Promise<ReadonlyMap<string, Found>> {
    const users = await listUsers(incydr.users, {}, WHOLE_LIST);
    // A user who is missing from an incomplete list may still exist.
    if (!isComplete(users)) return readEach(names, findOne);
    const byId = new Map(users.map((user) => [user.userId as string, [user]])); // a branded id is a string
    const byUsername = Map.groupBy(users, ({ username }) => username && foldUsername(username));
    const usersOf = (name: string) => (isUserId(name) ? byId.get(name) : byUsername.get(foldUsername(name)));
    return new Map(names.map((name) => [name, onlyOne(usersOf(name) ?? [])]));
  }

  async function findOne(name: string): Promise<Found> {
    const isId = isUserId(name);
    try {
      const { users } = incydr;
      return { user: await (isId ? users.getUser(name, BULK) : findUserByUsername(users, name, BULK)) };
    } catch (error) {
      if (isId && isIncydrError(error, "not_found")) return onlyOne([]);
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
