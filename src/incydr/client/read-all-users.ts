import type { CallOptions } from "../model/call-options.ts";
import type { UsersReader } from "./client-api.ts";
import { type ReadSet, readPages } from "./read-pages.ts";
import type { User } from "./records.ts";

const pageSize = 100;

/** A user, and the moment before the request for their page. */
export interface ReadUser {
  readonly user: User;
  readonly readAt: Date;
}

/**
 * Reads all users, and hands them on in groups of at most 100 while the reading goes on.
 * @param options.beforePage resolves when the next page may be requested, with that moment
 * @param options.onUsers receives each user once, and the total that Incydr last said; `null` if there is none
 * @returns whether every user was read, and how many
 * @throws the error of the first page that can't be read, and the errors of `beforePage` and `onUsers`
 */
export async function readAllUsers(
  users: Pick<UsersReader, "getPage">,
  options: {
    readonly beforePage: (signal: AbortSignal) => Promise<Date>;
    readonly onUsers: (read: readonly ReadUser[], total: number | null) => Promise<void>;
    readonly call?: CallOptions;
  },
): Promise<Pick<ReadSet, "complete" | "count" | "total">> {
  const { beforePage, onUsers, call = {} } = options;
  let set: ReadSet = { complete: false, skipped: [], count: 0, total: null };
  let total: number | null = null;
  let group: ReadUser[] = [];
  const read = readPages<ReadUser>({
    pageSize,
    keyOf: ({ user }) => user.userId,
    onEnd: (end) => {
      set = end;
    },
    fetchPage: async (pageNum, stopped) => {
      const signal = call.signal ? AbortSignal.any([call.signal, stopped]) : stopped;
      const readAt = await beforePage(signal);
      const page = await users.getPage({ pageNum, pageSize }, { ...call, signal });
      // A total that is not larger than its page may count only this page.
      if (page.totalCount !== null && page.totalCount > page.users.length) total = page.totalCount;
      return { ...page, items: page.users.map((user) => ({ user, readAt })) };
    },
  });
  for await (const item of read) {
    group.push(item);
    if (group.length < pageSize) continue;
    await onUsers(group, total);
    group = [];
  }
  if (group.length > 0) await onUsers(group, total);
  const { complete, count } = set;
  return { complete, count, total: total ?? set.total };
}
