import { type AuditEvent, usersListed } from "../audit/index.ts";
import { type Authorizer, type PeopleDirectory, RECENT } from "../authorization/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type {
  DirectoryAge,
  DirectoryFilter,
  DirectoryPage,
  DirectoryUser,
  TenantDirectory,
} from "./tenant-directory.ts";

/** Users on one page of a list, so that each with its buttons fits into one message of Slack's. */
export const USERS_ON_A_PAGE = 10;

/** A page of a list, and the age of the directory that it comes from, at the moment `readAt`. */
export interface UserListPage {
  readonly page: DirectoryPage;
  readonly age: DirectoryAge;
  readonly readAt: Date;
}

/** Lists of users from the directory. Each page needs the policies' permit for `list`. */
export interface UserList {
  /** The first page. It is audited with the filter and the number of users. */
  first(slackUserId: string, filter: DirectoryFilter): Promise<UserListPage>;
  /** Another page of a list whose first page was audited. */
  page(slackUserId: string, filter: DirectoryFilter, offset: number): Promise<UserListPage>;
  /**
   * The first users with this text in their names, for a mistyped name; audited as a list. Nobody if the policies forbid
   * lists: a mistyped name is no attempt to list users.
   */
  similar(slackUserId: string, text: string): Promise<readonly DirectoryUser[]>;
}

export function createUserList(options: {
  readonly authorizer: Authorizer;
  readonly people: PeopleDirectory;
  readonly directory: TenantDirectory;
  readonly record: (event: AuditEvent) => Promise<void>;
  readonly clock: Pick<Clock, "now">;
}): UserList {
  const { authorizer, people, directory, record, clock } = options;

  const authorize = (slackUserId: string) =>
    authorizer.authorize(slackUserId, "list", { freshness: RECENT, about: {} });

  const read = (filter: DirectoryFilter, offset: number) =>
    readUserPage({ directory, clock }, filter, { offset, limit: USERS_ON_A_PAGE });

  async function first(slackUserId: string, filter: DirectoryFilter): Promise<UserListPage> {
    const { email, policyHash } = await authorize(slackUserId);
    const list = await read(filter, 0);
    const by = { actor: { slackUserId, email }, at: list.readAt, policyHash };
    const { text: asked, ...others } = filter;
    await record(usersListed(by, { asked, ...others, count: list.page.total }));
    return list;
  }

  return {
    first,

    async page(slackUserId, filter, offset) {
      await authorize(slackUserId);
      return read(filter, offset);
    },

    async similar(slackUserId, text) {
      const principal = await people.person(slackUserId, RECENT);
      if (!authorizer.explain({ principal, action: "list" }).allowed) return [];
      const filter = { text, active: null, blocked: null, org: null, role: null };
      return (await first(slackUserId, filter)).page.users;
    },
  };
}

/** Reads a page of the directory and its age. The caller authorizes and audits the reading. */
export async function readUserPage(
  {
    directory,
    clock,
  }: { readonly directory: Pick<TenantDirectory, "users" | "age">; readonly clock: Pick<Clock, "now"> },
  filter: DirectoryFilter,
  part: { readonly offset: number; readonly limit: number },
): Promise<UserListPage> {
  const [page, age] = await Promise.all([directory.users(filter, part), directory.age()]);
  return { page, age, readAt: clock.now() };
}
