import { incydrDate } from "./incydr-date.ts";
import type { ReadableTenant, UserState } from "./readable-tenant.ts";
import type {
  ActorRecord,
  AgentRecord,
  DeviceRecord,
  MembershipRecord,
  OrgRecord,
  RoleRecord,
  TenantData,
  UserRecord,
  WatchlistRecord,
} from "./tenant-records.ts";

/** The state of the simulated tenant, with the changes that the API and the control make. */
export class Tenant implements ReadableTenant {
  #data: TenantData;
  #usersById: Map<string, UserRecord>;
  readonly #now: () => number;

  constructor(options: { data: TenantData; now: () => number }) {
    this.#data = options.data;
    this.#usersById = indexById(options.data);
    this.#now = options.now;
  }

  /** All records, for routes and edits. Changes to them take effect at once. */
  get data(): TenantData {
    return this.#data;
  }

  get users(): readonly UserRecord[] {
    return this.#data.users;
  }

  get orgs(): readonly OrgRecord[] {
    return this.#data.orgs;
  }

  get roles(): readonly RoleRecord[] {
    return this.#data.roles;
  }

  replace(data: TenantData): void {
    this.#data = data;
    this.#usersById = indexById(data);
  }

  /** Updates the index after users were added to or removed from `data`. */
  reindex(): void {
    this.#usersById = indexById(this.#data);
  }

  userById(userId: string): UserRecord | undefined {
    return this.#usersById.get(userId);
  }

  findUser(who: string): UserRecord | undefined {
    const folded = who.toLowerCase();
    return this.userById(who) ?? this.#data.users.find((user) => user.username?.toLowerCase() === folded);
  }

  user(who: string): UserRecord {
    const found = this.findUser(who);
    if (!found) {
      throw new Error(`The simulated tenant has no user "${who}".`);
    }
    return found;
  }

  stateOf(who: string): UserState {
    const user = this.user(who);
    return { active: user.active, orgGuid: user.orgGuid, roleIds: [...this.rolesOf(user.userId)] };
  }

  rolesOf(who: string): readonly string[] {
    return this.#data.roleIdsByUserId.get(this.user(who).userId) ?? [];
  }

  org(nameOrGuid: string): OrgRecord {
    const found = this.#data.orgs.find((org) => org.orgGuid === nameOrGuid || org.orgName === nameOrGuid);
    if (!found) {
      throw new Error(`The simulated tenant has no org "${nameOrGuid}".`);
    }
    return found;
  }

  orgOf(who: string): OrgRecord {
    return this.org(this.user(who).orgGuid ?? "");
  }

  devicesOf(who: string): readonly DeviceRecord[] {
    const { userId } = this.user(who);
    return this.#data.devices.filter((device) => device.userId === userId);
  }

  agentsOf(who: string): readonly AgentRecord[] {
    const { userId } = this.user(who);
    return this.#data.agents.filter((agent) => agent.userId === userId);
  }

  mattersOf(who: string): readonly MembershipRecord[] {
    const { userId } = this.user(who);
    return this.#data.memberships.filter((membership) => membership.userId === userId);
  }

  actorOf(who: string): ActorRecord | undefined {
    const { username } = this.user(who);
    return this.#data.actors.find((actor) => actor.name === username);
  }

  watchlistsOf(who: string): readonly WatchlistRecord[] {
    const actor = this.actorOf(who);
    const actorId = actor?.parentActorId ?? actor?.actorId ?? "";
    return this.#data.watchlists.filter((watchlist) => watchlist.actorIds.includes(actorId));
  }

  isAssignable(roleId: string): boolean {
    return (
      this.#data.roles.some((role) => role.roleId === roleId) && !this.#data.unassignableRoleIds.has(roleId)
    );
  }

  /**
   * Activates or deactivates an account. A deactivation includes the devices and agents, as the vendor documents. An
   * activation includes them only with `withDevices`, because Incydr's behaviour is unknown.
   */
  setActive(userId: string, active: boolean, options: { withDevices: boolean }): void {
    const user = this.#touched(userId);
    user.active = active;
    if (active && !options.withDevices) {
      return;
    }
    for (const device of this.#data.devices.filter((candidate) => candidate.userId === userId)) {
      device.active = active;
      device.status = active ? "Active" : "Deactivated";
    }
    for (const agent of this.#data.agents.filter((candidate) => candidate.userId === userId)) {
      agent.active = active;
    }
  }

  /** Replaces all roles of a user. */
  setRoles(userId: string, roleIds: readonly string[]): void {
    this.#touched(userId);
    this.#data.roleIdsByUserId.set(userId, [...new Set(roleIds)]);
  }

  /** Moves a user and their devices to another org. */
  move(userId: string, org: OrgRecord): void {
    const user = this.#touched(userId);
    user.orgGuid = org.orgGuid;
    user.orgId = org.orgId;
    user.legacyOrgId = org.legacyOrgId;
    user.orgName = org.orgName;
    for (const device of this.#data.devices.filter((candidate) => candidate.userId === userId)) {
      device.orgGuid = org.orgGuid;
      device.orgId = org.orgId;
      device.legacyOrgId = org.legacyOrgId;
    }
  }

  #touched(userId: string): UserRecord {
    const user = this.user(userId);
    user.modificationDate = incydrDate(this.#now());
    return user;
  }
}

function indexById(data: TenantData): Map<string, UserRecord> {
  return new Map(data.users.map((user) => [user.userId, user]));
}
