import type { CallOptions } from "../model/call-options.ts";
import type { ActorId, OrgGuid, RoleId, UserId } from "../model/ids.ts";
import type { List, SkippedRecords } from "../model/list.ts";
import type {
  Actor,
  Agent,
  Device,
  LegalHoldMatter,
  Org,
  Role,
  UpdateRolesResponse,
  User,
  UserRole,
  Watchlist,
} from "./records.ts";

/** Options of a write that has the same effect if it is sent twice. */
export interface RepeatableWriteOptions extends CallOptions {
  /** Whether to send the write again if its answer was lost. Default true; false throws OutcomeUnknownError. */
  readonly repeatIfUnknown?: boolean;
}
export interface RoleWriteOptions extends CallOptions {
  /** The roles that the user must hold right before the write; otherwise RolesChangedError, and nothing is written. */
  readonly expected?: Iterable<RoleId>;
}

/** A filter of users; without one all users are listed. An empty username is refused. */
export interface UserFilter {
  readonly active?: boolean | undefined;
  readonly blocked?: boolean | undefined;
  /** It is not documented whether Incydr compares the whole name or a part of it. */
  readonly username?: string | undefined;
}

/** Devices to read: a filter, a page (from 1, default 1; by default 100 to a page) and an order (default name, asc). */
export interface DeviceQuery {
  readonly active?: boolean | undefined;
  readonly blocked?: boolean | undefined;
  readonly pageNum?: number | undefined;
  readonly pageSize?: number | undefined;
  readonly sortKey?: "name" | "osHostname" | "os" | "lastConnected" | undefined;
  readonly sortDir?: "asc" | "desc" | undefined;
}

/** The users of a filter, read page by page. */
export interface UserListing extends AsyncIterable<User> {
  /** Null until the last user was read; then as for a `List`. */
  readonly complete: boolean | null;
  /** Records that could not be read, by page; empty until the last user was read. */
  readonly skipped: readonly SkippedRecords[];
}

export interface UsersPage {
  readonly users: readonly User[];
  /** Null if the server didn't say. */
  readonly totalCount: number | null;
  /** Records of the page that could not be read. */
  readonly skipped: number;
}

export interface DevicesPage extends Omit<UsersPage, "users"> {
  readonly devices: readonly Device[];
}

export interface StateAnswer {
  /** True if Incydr said that the user was in this state already; false says nothing. */
  readonly already: boolean;
}

/** One role or several, each by its id or its case-sensitive name. */
export type RoleReferences = string | readonly string[];

/** The reading half of `client.users`. */
export interface UsersReader {
  getDevices(userId: UserId, query?: DeviceQuery, options?: CallOptions): Promise<DevicesPage>;
  /** One page of users (from 1, default 1; 100 to a page). */
  getPage(
    query?: UserFilter & { readonly pageNum?: number | undefined; readonly pageSize?: number | undefined },
    options?: CallOptions,
  ): Promise<UsersPage>;
  /** A role by id or case-sensitive name; `not_found` if there is none. */
  getRole(role: string, options?: CallOptions): Promise<Role>;
  /**
   * The user with this id, or, if `user` has an `@`, with exactly this username in any case. Otherwise `not_found`,
   * `ambiguous`, or IncompleteListError if the list of users may be incomplete.
   */
  getUser(user: string, options?: CallOptions): Promise<User>;
  /** All users of the filter, each once, in the server's order; pages are fetched ahead (default 100 to a page). */
  iterAll(
    query?: UserFilter & { readonly pageSize?: number | undefined },
    options?: CallOptions,
  ): UserListing;
  /** The roles that this API client may assign. */
  listRoles(options?: CallOptions): Promise<List<Role>>;
  /** All roles of a user; `unexpected_answer` if one can't be read. */
  listUserRoles(userId: UserId, options?: CallOptions): Promise<readonly UserRole[]>;
}

/** `client.users`: the Users API. */
export interface UsersApi extends UsersReader {
  /** Reactivates a user; a user who is active already is a success. */
  activate(userId: UserId, options?: RepeatableWriteOptions): Promise<StateAnswer>;
  /** Deactivates a user; a user who is inactive already is a success. Under legal hold it fails with `legal_hold`. */
  deactivate(userId: UserId, options?: RepeatableWriteOptions): Promise<StateAnswer>;
  move(userId: UserId, orgGuid: OrgGuid, options?: RepeatableWriteOptions): Promise<void>;
  /** Adds roles to those held; writes nothing if all are held already. */
  addRoles(userId: UserId, roles: RoleReferences, options?: RoleWriteOptions): Promise<UpdateRolesResponse>;
  /** Removes held roles, also those that this client may not assign. */
  removeRoles(
    userId: UserId,
    roles: RoleReferences,
    options?: RoleWriteOptions,
  ): Promise<UpdateRolesResponse>;
  /** Replaces the whole set of roles; an empty list removes all. */
  updateRoles(
    userId: UserId,
    roles: RoleReferences,
    options?: RoleWriteOptions,
  ): Promise<UpdateRolesResponse>;
}

export interface OrgsApi {
  /** The organizations; without `active`, both active and inactive ones. */
  list(query?: { readonly active?: boolean | undefined }, options?: CallOptions): Promise<List<Org>>;
  /** One organization; `not_found` if there is none. */
  get(orgGuid: OrgGuid, options?: CallOptions): Promise<Org>;
}

export interface AgentsApi {
  /** All agents of one user, by name. */
  getAgents(
    userId: UserId,
    query?: { readonly active?: boolean | undefined },
    options?: CallOptions,
  ): Promise<List<Agent>>;
}

export interface LegalHoldApi {
  /** The matters a user is a custodian of, including ended memberships. */
  mattersOf(userId: UserId, options?: CallOptions): Promise<List<LegalHoldMatter>>;
}

export interface WatchlistsApi {
  /** The watchlists an actor is on. */
  of(actorId: ActorId, options?: CallOptions): Promise<List<Watchlist>>;
}

export interface ActorsApi {
  /**
   * The actor that watchlists name for this username, in any case: the parent of the actor, or the actor if it has no
   * parent. `not_found` if Incydr knows no actor of this name.
   */
  byName(name: string, options?: CallOptions): Promise<Actor>;
}
