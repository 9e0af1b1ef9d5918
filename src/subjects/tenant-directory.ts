import { z } from "zod";
import type { RoleRef } from "./subject-state.ts";

/** A user as the directory last read them. `null` for a fact that Incydr did not say. */
export interface DirectoryUser {
  readonly userId: string;
  readonly username: string;
  readonly displayName: string;
  readonly active: boolean | null;
  readonly blocked: boolean | null;
  readonly orgGuid: string | null;
  readonly orgName: string | null;
  /** The moment before the request to Incydr. */
  readonly readAt: Date;
}

export interface DirectoryOrg {
  readonly orgGuid: string;
  readonly orgName: string;
  readonly parentOrgGuid: string | null;
  readonly active: boolean | null;
  readonly userCount: number | null;
  readonly readAt: Date;
}

/** An organization of a list. `parentName` is `null` if the directory lacks the parent. */
export interface ListedDirectoryOrg extends DirectoryOrg {
  readonly parentName: string | null;
}

/** One page of organizations, by name. */
export interface DirectoryOrgPage {
  readonly orgs: readonly ListedDirectoryOrg[];
  /** The organizations that match. */
  readonly total: number;
  /** The organizations before this page. */
  readonly offset: number;
}

/** How complete and how old the organizations of the directory are. Those that are gone do not count. */
export interface DirectoryOrgsAge {
  readonly readOrgs: number;
  /** Whether a reading of all organizations was complete once. Before that, no answer may say that there is none. */
  readonly isEveryOrgRead: boolean;
  readonly oldestReadAt: Date | null;
}

/** A filter of users; `null` leaves a part out. Texts are compared without case. */
export interface DirectoryFilter {
  /** Words that are each a part of the name or the username, or one user id. */
  readonly text: string | null;
  readonly active: boolean | null;
  readonly blocked: boolean | null;
  /** The id or name of an organization. If there is none, a part of a name. */
  readonly org: string | null;
  /** The id or name of a role. If nobody holds it, a part of a name. */
  readonly role: string | null;
}

/** The most characters of each text of a filter. */
export const LONGEST_FILTER_TEXT = 100;

const filterText = z.string().min(1).max(LONGEST_FILTER_TEXT).nullable();
const filterFlag = z.boolean().nullable();

/** A filter in a button's value or in a stored job. */
export const directoryFilterShape = z.strictObject({
  ...{ text: filterText, active: filterFlag, blocked: filterFlag, org: filterText, role: filterText },
}) satisfies z.ZodType<DirectoryFilter>;

/** One page of the users of a filter, by name. */
export interface DirectoryPage {
  readonly users: readonly DirectoryUser[];
  /** The users that match. */
  readonly total: number;
  /** Users who may match too: a fact that the filter names is unknown, or their roles were not read yet. */
  readonly mayMatch: number;
  /** The users before this page. */
  readonly offset: number;
}

/** A user of the directory with their roles, for a file. The times are those of the readings of whole lists. */
export interface DirectoryRecord extends Omit<DirectoryUser, "orgGuid" | "readAt"> {
  readonly listedAt: Date;
  /** The names of the roles, by name; `null` if they were not read yet. */
  readonly roles: readonly string[] | null;
  readonly rolesListedAt: Date | null;
}

/** The numbers of a filter's users and the directory's age, of the state that the records come from. */
export interface DirectorySummary extends Pick<DirectoryPage, "total" | "mayMatch"> {
  readonly age: DirectoryAge;
}

/**
 * How complete and how old the directory is, by the readings of whole lists. Users who are gone do not count. A single
 * row can be younger.
 */
export interface DirectoryAge {
  readonly readUsers: number;
  /** The users that Incydr last counted; `null` if it said no number. */
  readonly expectedUsers: number | null;
  /** Whether a reading of all users was complete once. Before that, no answer may say that there is no such user. */
  readonly isEveryUserRead: boolean;
  readonly oldestReadAt: Date | null;
  /** The users whose roles were read. */
  readonly usersWithRoles: number;
  readonly oldestRolesReadAt: Date | null;
}

/**
 * Users, roles and organizations as the bot last read them from Incydr, for lists, searches and suggestions. They are
 * out of date at times. Authority, preflights and the answer that there is no such user never depend on them.
 */
export interface TenantDirectory {
  /** A page; an `offset` beyond the end gives the last page. */
  users(filter: DirectoryFilter, page: { offset: number; limit: number }): Promise<DirectoryPage>;
  age(): Promise<DirectoryAge>;
  /**
   * A page of the organizations with this id, or with each of these words as a part of their name; `null` means all. An
   * `offset` beyond the end gives the last page.
   */
  orgs(text: string | null, page: { offset: number; limit: number }): Promise<DirectoryOrgPage>;
  orgsAge(): Promise<DirectoryOrgsAge>;
  /** The name of the organization with this id; `null` if the directory lacks it. */
  orgName(orgGuid: string): Promise<string | null>;
  /**
   * Reads the users of a filter with their roles, by name, from one state of the directory. `take` gets at most 50
   * users at a time, and ends the reading by `false`.
   */
  records(
    filter: DirectoryFilter,
    take: (users: readonly DirectoryRecord[]) => Promise<boolean>,
  ): Promise<DirectorySummary>;
}

/** A reading of a whole list. */
export interface DirectoryReading {
  readonly kind: "users" | "orgs";
  readonly startedAt: Date;
  /** `null`: it goes on, or its replica stopped. */
  readonly finishedAt: Date | null;
  readonly isComplete: boolean;
}

/** Fills the directory. No method replaces a record by one that was read earlier. */
export interface DirectoryStore {
  /** Stores users, who count as present again. */
  saveUsers(users: readonly DirectoryUser[]): Promise<void>;
  saveOrgs(orgs: readonly DirectoryOrg[]): Promise<void>;
  /** Stores all roles of a user. Does nothing if the directory lacks the user. */
  saveRoles(userId: string, roles: readonly RoleRef[], readAt: Date): Promise<void>;
  /**
   * Updates a user of the directory. Does nothing if it lacks the user. The age of the directory stays, and a user who
   * is gone stays so: otherwise the user could see that somebody looked them up.
   */
  updateUser(user: DirectoryUser): Promise<void>;
  /** As `updateUser`, for all roles of a user whose roles the directory has. */
  updateRoles(userId: string, roles: readonly RoleRef[], readAt: Date): Promise<void>;
  /** Notes that the roles of a user could not be read. */
  noteFailedRoles(userId: string, triedAt: Date): Promise<void>;
  /** Up to `limit` users whose roles were last read, or failed, before these moments. The oldest try comes first. */
  usersToReadRolesOf(
    due: { readonly readBefore: Date; readonly failedBefore: Date },
    limit: number,
  ): Promise<readonly string[]>;

  lastReading(kind: DirectoryReading["kind"]): Promise<DirectoryReading | null>;
  /** Begins a reading; resolves to its id. */
  beginReading(kind: DirectoryReading["kind"], startedAt: Date): Promise<number>;
  noteProgress(readingId: number, progress: { readCount: number; totalCount: number | null }): Promise<void>;
  /**
   * Ends a reading. After a complete one, each record that was not read since its start counts as missing once more.
   * A record that is missing for the second time in a row is marked as gone.
   */
  finishReading(readingId: number, end: { isComplete: boolean; finishedAt: Date }): Promise<void>;
}
