import type { ActorId, MatterId, OrgGuid, RoleId, UserId } from "./ids.ts";

// Fields that an answer leaves out are null, fields that these types don't name are kept on the object.

/** An account in Incydr. */
export interface User {
  readonly userId: UserId;
  readonly legacyUserId: string | null;
  readonly username: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly legacyOrgId: string | null;
  readonly orgId: string | null;
  readonly orgGuid: OrgGuid | null;
  readonly orgName: string | null;
  readonly notes: string | null;
  readonly active: boolean | null;
  readonly blocked: boolean | null;
  readonly creationDate: Date | null;
  readonly modificationDate: Date | null;
}

/** A role that a user holds. */
export interface UserRole {
  readonly roleId: RoleId;
  readonly roleName: string | null;
  readonly creationDate: Date | null;
  readonly modificationDate: Date | null;
  readonly permissionIds: readonly string[];
}

/** One permission of a role. */
export interface RolePermission {
  readonly permission: string | null;
  readonly description: string | null;
}

/** A role that this API client may assign. */
export interface Role {
  readonly roleId: RoleId;
  readonly roleName: string | null;
  readonly creationDate: Date | null;
  readonly modificationDate: Date | null;
  readonly permissions: readonly RolePermission[];
}

/** The result of a replacement of roles; the spelling of the fields is Incydr's. */
export interface UpdateRolesResponse {
  readonly processedReplacementRoleIds: readonly RoleId[];
  readonly newlyAssignedRolesIds: readonly RoleId[];
  readonly unassignedRolesIds: readonly RoleId[];
  readonly ignoredRolesIds: readonly RoleId[];
}

/** The answer to an activation or deactivation. */
export interface StateAnswer {
  /** True if Incydr said that the user was in this state already; false tells nothing. */
  readonly already: boolean;
}

/** A device of the backup agent. */
export interface Device {
  readonly deviceId: string | null;
  readonly legacyDeviceId: string | null;
  readonly name: string | null;
  readonly osHostname: string | null;
  readonly status: string | null;
  readonly active: boolean | null;
  readonly blocked: boolean | null;
  /** 0 ok, 1 warning, 2 critical. */
  readonly alertState: number | null;
  readonly userId: UserId | null;
  readonly legacyUserId: string | null;
  readonly orgId: string | null;
  readonly legacyOrgId: string | null;
  readonly orgGuid: OrgGuid | null;
  readonly externalReferenceInfo: string | null;
  readonly notes: string | null;
  readonly lastConnected: Date | null;
  readonly osName: string | null;
  readonly osVersion: string | null;
  readonly osArch: string | null;
  readonly address: string | null;
  readonly remoteAddress: string | null;
  readonly timeZone: string | null;
  readonly version: string | null;
  readonly build: string | null;
  readonly creationDate: Date | null;
  readonly modificationDate: Date | null;
  readonly loginDate: Date | null;
}

/** An endpoint agent that reports activity. */
export interface Agent {
  readonly agentId: string | null;
  readonly name: string | null;
  readonly userId: UserId | null;
  readonly osHostname: string | null;
  readonly osName: string | null;
  readonly machineId: string | null;
  readonly serialNumber: string | null;
  readonly active: boolean | null;
  /** `CODE42`, `CODE42AAT`, `COMBINED` or one not known yet. */
  readonly agentType: string | null;
  readonly agentHealthIssueTypes: readonly string[];
  readonly agentHealthModificationDate: Date | null;
  readonly appVersion: string | null;
  readonly productVersion: string | null;
  readonly lastConnected: Date | null;
  readonly externalReference: string | null;
  readonly creationDate: Date | null;
  readonly modificationDate: Date | null;
}

/** An organization of the tenant. */
export interface Org {
  readonly orgGuid: OrgGuid;
  readonly orgName: string | null;
  readonly parentOrgGuid: OrgGuid | null;
  readonly active: boolean | null;
  readonly userCount: number | null;
  readonly creationDate: Date | null;
  readonly modificationDate: Date | null;
}

/** A user's membership of a legal-hold matter. */
export interface LegalHoldMatter {
  readonly matterId: MatterId;
  readonly name: string | null;
  /** Null is not a no: treat it as unknown. */
  readonly membershipActive: boolean | null;
  readonly membershipCreationDate: Date | null;
}

/** A watchlist that an actor is on. */
export interface Watchlist {
  readonly watchlistId: string | null;
  readonly listType: string | null;
  readonly title: string | null;
  readonly description: string | null;
}

/** The person behind one or more accounts. */
export interface Actor {
  readonly actorId: ActorId;
  readonly name: string | null;
  readonly active: boolean | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly parentActorId: ActorId | null;
  readonly managerActorId: ActorId | null;
  readonly department: string | null;
  readonly title: string | null;
  readonly notes: string | null;
}

/** One page of users; `totalCount` is null if the server didn't say. */
export interface UsersPage {
  readonly users: readonly User[];
  readonly totalCount: number | null;
  /** Records of the page that could not be read. */
  readonly skipped: number;
}

/** One page of devices; `totalCount` is null if the server didn't say. */
export interface DevicesPage {
  readonly devices: readonly Device[];
  readonly totalCount: number | null;
  /** Records of the page that could not be read. */
  readonly skipped: number;
}
