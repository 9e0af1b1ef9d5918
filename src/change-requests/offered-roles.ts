import type { IncydrReader } from "../incydr/index.ts";
import type { Preflight, RoleRef } from "../subjects/index.ts";
import type { Change } from "./change.ts";
import { findRole, roleNamed } from "./find-role.ts";
import { NothingToDoError, TooManyRolesError } from "./request-errors.ts";

/** Roles that a form of Slack's has room for. */
const MOST_OFFERED = 100;

/**
 * The roles that a form offers for a change of this kind; none where it is about no roles. Those held come
 * first where they may be kept. `lent` are those held for a limited time: they can be given again.
 * @throws {NothingToDoError} when the change could change nothing.
 * @throws {TooManyRolesError} when those that are held wouldn't all be offered, and so would be lost.
 */
export async function offeredRoles(
  incydr: IncydrReader,
  kind: Change["kind"],
  facts: Preflight,
  lent: readonly RoleRef[] = [],
): Promise<readonly RoleRef[]> {
  switch (kind) {
    case "deactivate":
      if (!facts.active)
        throw new NothingToDoError(`${facts.username} is inactive already. Nothing was requested.`);
      return [];
    case "activate":
      if (facts.active)
        throw new NothingToDoError(`${facts.username} is active already. Nothing was requested.`);
      return [];
    case "move":
      return [];
    case "add_roles": {
      const missing = await missingRoles(incydr, facts, lent);
      if (missing.length === 0)
        throw new NothingToDoError(`${facts.username} holds every role that can be added.`);
      return missing;
    }
    case "replace_roles":
      if (facts.roles.length > MOST_OFFERED) throw new TooManyRolesError(facts.username, MOST_OFFERED);
      return [...facts.roles, ...(await missingRoles(incydr, facts))];
    case "remove_roles":
      if (facts.roles.length === 0) throw new NothingToDoError(`${facts.username} holds no role.`);
      return facts.roles;
  }
}

/** The roles that can be given and aren't held, by name. */
async function missingRoles(
  incydr: IncydrReader,
  { roles }: Preflight,
  lent: readonly RoleRef[] = [],
): Promise<RoleRef[]> {
  const isLent = (role: RoleRef) => lent.some(({ id }) => id === role.id);
  const held = new Set(roles.filter((role) => !isLent(role)).map(({ id }) => id));
  return (await givableRoles(incydr)).filter(({ id }) => !held.has(id));
}

/** The roles that the API client may give, by name. */
export async function givableRoles(incydr: IncydrReader): Promise<RoleRef[]> {
  const assignable = await incydr.users.listRoles({ lane: "interactive" });
  return assignable
    .map(({ roleId, roleName }) => ({ id: roleId as string, name: roleName ?? roleId })) // a branded id is a string
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** The role that was typed, unless the subject holds it already, or doesn't hold it. */
export function chooseRole(
  typed: string,
  kind: Change["kind"],
  { username, roles }: Preflight,
  options: readonly RoleRef[],
): RoleRef {
  const held = roleNamed(typed, roles);
  const isOffered = held && options.some(({ id }) => id === held.id);
  if (kind === "add_roles" && held && !isOffered)
    throw new NothingToDoError(`${username} holds the role “${held.name}” already. Nothing was requested.`);
  if (kind === "remove_roles" && !held)
    throw new NothingToDoError(`${username} holds no role “${typed}”. Nothing was requested.`);
  return findRole(typed, options);
}
