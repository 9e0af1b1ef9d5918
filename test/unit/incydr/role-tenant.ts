import { parseUserId } from "../../../src/incydr/index.ts";
import { notFound, someUser, startIncydrWithClock } from "./recorded-incydr.ts";
import type { Reply } from "./recording-server.ts";

export const otherUser = parseUserId("900000000000000002");

const NAMES: Readonly<Record<string, string>> = {
  desktop: "Desktop User",
  proe: "PROe User",
  alerts: "Alert Emails",
  admin: "Customer Cloud Admin",
};

/** A role as Incydr lists it. */
export const role = (roleId: string) => ({ roleId, roleName: NAMES[roleId] ?? roleId });

interface RoleTenantOptions {
  /** The roles that each of the two users holds. */
  readonly held?: readonly string[];
  /** The roles that the client may assign. Further roles exist: `admin`. */
  readonly assignable?: readonly (string | object)[];
  /** Answers a replacement; `apply` makes it. Default: makes the replacement, and names all its results. */
  readonly put?: (roleIds: string[], apply: () => void) => Reply | Promise<Reply>;
  /** Called before each answer to the list of assignable roles. */
  readonly onList?: () => void | Promise<void>;
}

/** A tenant of two users whose roles it keeps, and a client with a clock that stands still. */
export async function startRoles({
  held = ["desktop", "proe"],
  put,
  onList,
  ...options
}: RoleTenantOptions = {}) {
  const assignable = [...(options.assignable ?? ["desktop", "proe", "alerts"])];
  const roles = new Map<string, string[]>([someUser, otherUser].map((id) => [id, [...held]]));
  const incydr = await startIncydrWithClock(async ({ method, target, body }) => {
    if (target === "/v1/users/roles") {
      await onList?.();
      return { json: assignable.map((each) => (typeof each === "string" ? role(each) : each)) };
    }
    const [userId = "", roleId = ""] = target.split("/").slice(3);
    if (userId === "roles")
      return [...assignable, "admin"].includes(roleId) ? { json: role(roleId) } : notFound;
    const before = roles.get(userId) ?? [];
    if (method !== "PUT") return { json: { roles: before.map(role) } };
    const { roleIds }: { roleIds: string[] } = JSON.parse(body);
    const apply = () => void roles.set(userId, roleIds);
    if (put) return await put(roleIds, apply);
    apply();
    return { json: replaced(before, roleIds) };
  });
  const count = (line: string) => incydr.lines().filter((each) => each === line).length;
  return {
    ...incydr,
    assignable,
    rolesOf: (userId: string = someUser) => roles.get(userId) ?? [],
    setRoles: (roleIds: readonly string[]) => void roles.set(someUser, [...roleIds]),
    /** The sets of roles that were sent. */
    writes: (): string[][] =>
      incydr.requests.filter(({ method }) => method === "PUT").map(({ body }) => JSON.parse(body).roleIds),
    /** How often the assignable roles were listed. */
    lookUps: () => count("GET /v1/users/roles"),
  };
}

function replaced(before: readonly string[], processedReplacementRoleIds: readonly string[]) {
  return {
    processedReplacementRoleIds,
    newlyAssignedRolesIds: processedReplacementRoleIds.filter((roleId) => !before.includes(roleId)),
    unassignedRolesIds: before.filter((roleId) => !processedReplacementRoleIds.includes(roleId)),
    ignoredRolesIds: [],
  };
}
