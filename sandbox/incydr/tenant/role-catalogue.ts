import { incydrDate } from "./incydr-date.ts";
import type { RoleRecord } from "./tenant-records.ts";

/** The product's roles by their real names. A few ids are publicly known; the others are formed in the same way. */
const ROLES: Readonly<Record<string, readonly string[]>> = {
  "Admin Restore": ["restore.all", "devices.read"],
  "Admin Restore Limited": ["restore.limited", "devices.read"],
  "Alert Emails": ["alerts.email"],
  "Cross Org Admin": ["orgs.write", "users.read", "users.write", "devices.write"],
  "Cross Org Legal Admin": ["legalhold.read", "legalhold.write", "users.read"],
  "Cross Org Manager": ["orgs.read", "users.read", "devices.read"],
  "Customer Cloud Admin": ["orgs.write", "users.write", "userroles.write", "devices.write", "alerts.write"],
  "Departing Employee Manager": ["watchlists.read", "watchlists.departing.write"],
  "Desktop User": ["desktop.signin"],
  "Identity Management Administrator": ["identity.read", "identity.write"],
  "Insider Risk Admin": ["alerts.write", "cases.write", "watchlists.write", "users.read"],
  "Insider Risk Analyst": ["alerts.read", "cases.write", "fileevents.read"],
  "Insider Risk Read Only": ["alerts.read", "cases.read"],
  "Insider Risk Respond": ["alerts.write", "cases.read", "fileevents.read"],
  "Org Admin": ["orgs.write", "users.write"],
  "Org Legal Admin": ["legalhold.read", "legalhold.write"],
  "Org Manager": ["orgs.read", "users.read"],
  "PROe User": ["desktop.signin", "restore.own"],
  "Security Administrator": ["security.settings.write", "alerts.read"],
  "Security Center - Restore": ["restore.files"],
  "Watchlist Manager": ["watchlists.read", "watchlists.write"],
};

/** Ids of the roles that this API client may not assign, though users hold them. */
export const UNASSIGNABLE_ROLE_IDS = [
  "identity-management-administrator",
  "security-center-restore",
] as const satisfies string[];

/** The id of a role with this name: lower case, words joined by hyphens. */
export function roleIdOf(roleName: string): string {
  return roleName.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}

/** Makes the whole catalogue, including roles that may not be assigned. */
export function createRoleCatalogue(): RoleRecord[] {
  return Object.entries(ROLES).map(([roleName, permissions], index) =>
    createRole(roleName, permissions, Date.UTC(2020, index % 12, 1 + index, 9, 4, 11, 166)),
  );
}

/** Makes one role; `createdAtMs` counts from 1970. */
export function createRole(
  roleName: string,
  permissions: readonly string[],
  createdAtMs: number,
): RoleRecord {
  return {
    roleId: roleIdOf(roleName),
    roleName,
    creationDate: incydrDate(createdAtMs),
    modificationDate: incydrDate(createdAtMs),
    permissions: permissions.map((permission) => ({
      permission,
      description: describePermission(permission),
    })),
  };
}

function describePermission(permission: string): string {
  const words = permission.split(".");
  return `Allows ${words.at(-1)} on ${words.slice(0, -1).join(" ")}.`;
}
