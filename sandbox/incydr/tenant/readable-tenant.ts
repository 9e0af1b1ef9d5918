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
  /** In the order in which they are held. */
  roleIds: readonly string[];
}

/** The current tenant, for tests to read; people are named by username (in any case) or user id. */
export interface ReadableTenant {
  readonly users: readonly Readonly<UserRecord>[];
  readonly orgs: readonly Readonly<OrgRecord>[];
  /** The whole catalogue, the roles that may not be assigned included. */
  readonly roles: readonly Readonly<RoleRecord>[];
  findUser(who: string): Readonly<UserRecord> | undefined;
  /** Throws when there is no such user. */
  user(who: string): Readonly<UserRecord>;
  stateOf(who: string): UserState;
  /** The role ids that the user holds. */
  rolesOf(who: string): readonly string[];
  /** By name or guid; throws when there is no such org. */
  org(nameOrGuid: string): Readonly<OrgRecord>;
  orgOf(who: string): Readonly<OrgRecord>;
  devicesOf(who: string): readonly Readonly<DeviceRecord>[];
  agentsOf(who: string): readonly Readonly<AgentRecord>[];
  mattersOf(who: string): readonly Readonly<MembershipRecord>[];
  actorOf(who: string): Readonly<ActorRecord> | undefined;
  watchlistsOf(who: string): readonly Readonly<WatchlistRecord>[];
  /** By role id; false for a role that does not exist. */
  isAssignable(roleId: string): boolean;
}
