import type {
  ActorRecord,
  AgentRecord,
  DeviceRecord,
  MembershipRecord,
  OrgRecord,
  RoleRecord,
  UserRecord,
  WatchlistRecord,
} from "./tenant-records.ts";

/** The facts of a user that a write can change. */
export interface UserState {
  active: boolean;
  orgGuid: string | null;
  /** In the order of the user's roles. */
  roleIds: readonly string[];
}

/** The current tenant, for tests. `who` is a username in any case, or a user id. */
export interface ReadableTenant {
  readonly users: readonly Readonly<UserRecord>[];
  readonly orgs: readonly Readonly<OrgRecord>[];
  /** The whole catalogue, including roles that may not be assigned. */
  readonly roles: readonly Readonly<RoleRecord>[];
  findUser(who: string): Readonly<UserRecord> | undefined;
  /** Throws if the user is unknown. */
  user(who: string): Readonly<UserRecord>;
  stateOf(who: string): UserState;
  /** The role ids that the user holds. */
  rolesOf(who: string): readonly string[];
  /** Throws if the org is unknown. */
  org(nameOrGuid: string): Readonly<OrgRecord>;
  orgOf(who: string): Readonly<OrgRecord>;
  devicesOf(who: string): readonly Readonly<DeviceRecord>[];
  agentsOf(who: string): readonly Readonly<AgentRecord>[];
  mattersOf(who: string): readonly Readonly<MembershipRecord>[];
  actorOf(who: string): Readonly<ActorRecord> | undefined;
  watchlistsOf(who: string): readonly Readonly<WatchlistRecord>[];
  /** `false` for an unknown role id. */
  isAssignable(roleId: string): boolean;
}
