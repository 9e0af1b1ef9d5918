/** A user as the API shows it. Ids are strings, because a JavaScript number cannot hold them exactly. */
export interface UserRecord {
  legacyUserId: string | null;
  userId: string;
  username: string | null;
  firstName: string | null;
  lastName: string | null;
  legacyOrgId: string | null;
  orgId: string | null;
  orgGuid: string | null;
  orgName: string | null;
  notes: string | null;
  active: boolean;
  blocked: boolean;
  creationDate: string | null;
  modificationDate: string | null;
}

/** A stored organization. Its counts are computed for each answer. */
export interface OrgRecord {
  orgId: string;
  legacyOrgId: string;
  orgGuid: string;
  orgName: string;
  orgExtRef: string | null;
  notes: string | null;
  parentOrgGuid: string | null;
  /** Devices register to the org with this key; fictional. */
  registrationKey: string;
  active: boolean;
  creationDate: string;
  modificationDate: string;
  deactivationDate: string | null;
}

export interface RoleRecord {
  roleId: string;
  roleName: string;
  creationDate: string;
  modificationDate: string;
  permissions: { permission: string; description: string }[];
}

/** A device as the API shows it. */
export interface DeviceRecord {
  deviceId: string;
  legacyDeviceId: string | null;
  name: string;
  osHostname: string;
  status: string;
  active: boolean;
  blocked: boolean;
  alertState: 0 | 1 | 2;
  userId: string;
  legacyUserId: string | null;
  orgId: string | null;
  legacyOrgId: string | null;
  orgGuid: string | null;
  externalReferenceInfo: string | null;
  notes: string | null;
  lastConnected: string | null;
  osName: string;
  osVersion: string;
  osArch: string;
  address: string;
  remoteAddress: string;
  timeZone: string;
  version: string;
  build: number;
  creationDate: string;
  modificationDate: string;
  loginDate: string | null;
}

/** An agent as the API shows it. */
export interface AgentRecord {
  agentId: string;
  name: string;
  userId: string;
  osHostname: string;
  osName: string;
  machineId: string;
  serialNumber: string | null;
  active: boolean;
  agentType: "CODE42" | "CODE42AAT" | "COMBINED";
  agentHealthIssueTypes: string[];
  agentHealthModificationDate: string | null;
  appVersion: string;
  productVersion: string | null;
  lastConnected: string | null;
  externalReference: string | null;
  creationDate: string;
  modificationDate: string;
}

/** One person's membership of a legal-hold matter. */
export interface MembershipRecord {
  userId: string;
  matterId: string;
  name: string;
  membershipActive: boolean;
  membershipCreationDate: string;
}

/** A watchlist with the actors on it. */
export interface WatchlistRecord {
  watchlistId: string;
  tenantId: string;
  listType: string;
  title: string | null;
  description: string | null;
  actorIds: string[];
}

/** A person on watchlists. `name` is their username; `actorId` is not their user id. */
export interface ActorRecord {
  actorId: string;
  name: string;
  alternateNames: string[];
  firstName: string | null;
  lastName: string | null;
  active: boolean;
  inScope: boolean;
  department: string | null;
  title: string | null;
  managerActorId: string | null;
  /** The parent, which watchlists name instead of this actor. */
  parentActorId: string | null;
  notes: string | null;
  startDate: string | null;
  endDate: string | null;
  country: string | null;
  division: string | null;
  employeeType: string | null;
  locality: string | null;
  region: string | null;
}

/** All records of a tenant. */
export interface TenantData {
  users: UserRecord[];
  orgs: OrgRecord[];
  roles: RoleRecord[];
  /** Roles that this API client may not assign. */
  unassignableRoleIds: Set<string>;
  roleIdsByUserId: Map<string, string[]>;
  devices: DeviceRecord[];
  agents: AgentRecord[];
  memberships: MembershipRecord[];
  watchlists: WatchlistRecord[];
  actors: ActorRecord[];
}
