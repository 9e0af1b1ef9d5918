import type { IncydrReader } from "../incydr/index.ts";
import type { Preflight, RoleRef } from "../subjects/index.ts";
import type { Change } from "./change.ts";
import { findRole, roleNamed } from "./find-role.ts";
import { NothingToDoError } from "./request-errors.ts";

/**
 * The roles that a form offers for a change of this kind; none for a deactivation.
 * @throws {NothingToDoError} when the change could change nothing.
 */
export async function offeredRoles(
  incydr: IncydrReader,
  kind: Change["kind"],
  facts: Preflight,
): Promise<readonly RoleRef[]> {
  switch (kind) {
    case "deactivate":
      if (!facts.active)
        throw new NothingToDoError(`${facts.username} is inactive already. Nothing was requested.`);
      return [];
    case "add_roles": {
      const held = new Set(facts.roles.map(({ id }) => id));
      const assignable = await incydr.users.listRoles({ lane: "interactive" });
      const missing = assignable.filter(({ roleId }) => !held.has(roleId));
      if (missing.length === 0)
        throw new NothingToDoError(`${facts.username} holds every role that can be added.`);
      return missing
        .map(({ roleId, roleName }) => ({ id: roleId as string, name: roleName ?? roleId }))
        .sort((a, b) => a.name.localeCompare(b.name));
    }
    case "remove_roles":
      if (facts.roles.length === 0) throw new NothingToDoError(`${facts.username} holds no role.`);
      return facts.roles;
  }
}

/** The role that was typed, unless the subject holds it already, or doesn't hold it. */
export function chooseRole(
  typed: string,
  kind: Change["kind"],
  { username, roles }: Preflight,
  options: readonly RoleRef[],
): RoleRef {
  const held = roleNamed(typed, roles);
  if (kind === "add_roles" && held)
    throw new NothingToDoError(`${username} holds the role “${held.name}” already. Nothing was requested.`);
  if (kind === "remove_roles" && !held)
    throw new NothingToDoError(`${username} holds no role “${typed}”. Nothing was requested.`);
  return findRole(typed, options);
}
