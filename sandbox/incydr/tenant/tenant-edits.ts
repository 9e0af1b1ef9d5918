import { addPerson, adoptActor, matterIdOf } from "./build-tenant.ts";
import { incydrDate } from "./incydr-date.ts";
import { createOrg } from "./org-tree.ts";
import { OPEN_MATTER, type PersonSeed } from "./people.ts";
import { createRole, roleIdOf } from "./role-catalogue.ts";
import type { SeededGenerator } from "./seeded-generator.ts";
import type { Tenant } from "./tenant.ts";
import type { OrgRecord, UserRecord, WatchlistRecord } from "./tenant-records.ts";

/**
 * Changes without the API, as an administrator makes them in the console. The write log does not contain them. People
 * are named by username or user id, roles by name or id, orgs by name or guid. Each edit throws if a name is unknown.
 */
export interface TenantEdits {
  setActive(who: string, active: boolean): void;
  setBlocked(who: string, blocked: boolean): void;
  /** Replaces all roles, including those that the API client may not assign. */
  setRoles(who: string, roles: readonly string[]): void;
  move(who: string, org: string): void;
  rename(who: string, username: string): void;
  /** Adds an active membership; default in the open matter of the scenario. */
  addLegalHold(who: string, matter?: string): void;
  /** Makes memberships inactive; default all of them. */
  removeLegalHold(who: string, matter?: string): void;
  addToWatchlist(who: string, title: string): void;
  removeFromWatchlist(who: string, title: string): void;
  /** Adds a user at `position` of the list; default the end. */
  addUser(person: PersonSeed, position?: number): Readonly<UserRecord>;
  removeUser(who: string): void;
  /** Puts a person's actor under the parent of this name, which is made if missing. */
  adoptActor(who: string, parentName: string): void;
  /** Adds an org below `parent`, or without a parent. */
  addOrg(orgName: string, parent?: string): Readonly<OrgRecord>;
  /** Adds a role to the catalogue and returns its id. */
  addRole(roleName: string, permissions?: readonly string[]): string;
  setRoleAssignable(role: string, assignable: boolean): void;
}

/** Creates the edits of one tenant. */
export function createTenantEdits(options: {
  tenant: Tenant;
  generator: SeededGenerator;
  now: () => number;
}): TenantEdits {
  const { tenant, generator, now } = options;

  function roleId(role: string): string {
    const found = tenant.roles.find((candidate) => candidate.roleId === role || candidate.roleName === role);
    if (!found) {
      throw new Error(`The simulated tenant has no role "${role}".`);
    }
    return found.roleId;
  }

  function watchlist(title: string): WatchlistRecord {
    const found = tenant.data.watchlists.find((candidate) => candidate.title === title);
    if (!found) {
      throw new Error(`The simulated tenant has no watchlist "${title}".`);
    }
    return found;
  }

  function actorId(who: string): string {
    const actor = tenant.actorOf(who);
    if (!actor) {
      throw new Error(`The simulated tenant has no actor for "${who}".`);
    }
    return actor.parentActorId ?? actor.actorId;
  }

  return {
    setActive: (who, active) => tenant.setActive(tenant.user(who).userId, active, { withDevices: true }),
    setBlocked: (who, blocked) => {
      tenant.user(who).blocked = blocked;
    },
    setRoles: (who, roles) => tenant.setRoles(tenant.user(who).userId, roles.map(roleId)),
    move: (who, org) => tenant.move(tenant.user(who).userId, tenant.org(org)),
    rename: (who, username) => {
      const actor = tenant.data.actors.find((candidate) => candidate.name === tenant.user(who).username);
      tenant.user(who).username = username;
      if (actor) {
        actor.name = username;
      }
    },
    addLegalHold: (who, matter = OPEN_MATTER) => {
      const { userId } = tenant.user(who);
      tenant.data.memberships.push({
        userId,
        matterId: matterIdOf(matter),
        name: matter,
        membershipActive: true,
        membershipCreationDate: incydrDate(now()),
      });
    },
    removeLegalHold: (who, matter) => {
      const { userId } = tenant.user(who);
      for (const membership of tenant.data.memberships) {
        if (membership.userId === userId && (matter === undefined || membership.name === matter)) {
          membership.membershipActive = false;
        }
      }
    },
    addToWatchlist: (who, title) => {
      watchlist(title).actorIds.push(actorId(who));
    },
    removeFromWatchlist: (who, title) => {
      const found = watchlist(title);
      const leaving = actorId(who);
      found.actorIds = found.actorIds.filter((candidate) => candidate !== leaving);
    },
    addUser: (person, position) => {
      const orgsByName = new Map(tenant.orgs.map((org) => [org.orgName, org]));
      const user = addPerson(tenant.data, person, orgsByName, generator);
      if (position !== undefined) {
        tenant.data.users.pop();
        tenant.data.users.splice(position, 0, user);
      }
      tenant.reindex();
      return user;
    },
    removeUser: (who) => {
      const { userId } = tenant.user(who);
      tenant.data.users = tenant.data.users.filter((user) => user.userId !== userId);
      tenant.reindex();
    },
    adoptActor: (who, parentName) => {
      const actor = tenant.actorOf(who);
      if (!actor) {
        throw new Error(`The simulated tenant has no actor for "${who}".`);
      }
      adoptActor(tenant.data, actor, parentName);
    },
    addOrg: (orgName, parent) => {
      const parentOrgGuid = parent === undefined ? null : tenant.org(parent).orgGuid;
      const org = createOrg(
        { orgName, parentOrgGuid, createdAtMs: now(), index: tenant.orgs.length },
        generator,
      );
      tenant.data.orgs.push(org);
      return org;
    },
    addRole: (roleName, permissions = []) => {
      tenant.data.roles.push(createRole(roleName, permissions, now()));
      return roleIdOf(roleName);
    },
    setRoleAssignable: (role, assignable) => {
      if (assignable) {
        tenant.data.unassignableRoleIds.delete(roleId(role));
      } else {
        tenant.data.unassignableRoleIds.add(roleId(role));
      }
    },
  };
}
