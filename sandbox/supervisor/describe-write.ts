import type { WriteLogEntry } from "../incydr/http/request-logs.ts";
import type { ReadableTenant } from "../incydr/tenant/readable-tenant.ts";

/** Describes an entry of Incydr's write log in a line: the change and the user, or the reason why nothing changed. */
export function describeWrite(entry: WriteLogEntry, tenant: ReadableTenant): string {
  const { kind, userId, applied, status, before, after } = entry;
  const username = tenant.findUser(userId)?.username ?? userId;
  if (!applied || !before || !after) return `${kind} ${username}: not applied, status ${status}`;
  const roleName = (id: string) => tenant.roles.find(({ roleId }) => roleId === id)?.roleName ?? id;
  const changes = [
    ...(before.active === after.active ? [] : [after.active ? "inactive → active" : "active → inactive"]),
    ...(before.orgGuid === after.orgGuid ? [] : ["another organization"]),
    ...after.roleIds.filter((id) => !before.roleIds.includes(id)).map((id) => `+ ${roleName(id)}`),
    ...before.roleIds.filter((id) => !after.roleIds.includes(id)).map((id) => `− ${roleName(id)}`),
  ];
  return `${kind} ${username}: ${changes.join(", ") || "nothing changed"}`;
}
