import { invalidInput } from "../model/errors.ts";
import type { RoleId } from "../model/ids.ts";
import type { NamedRole, RoleFault } from "../model/role-errors.ts";
import type { RoleReferences } from "./client-api.ts";

/** What one reference means among known roles. */
export type RoleMatch =
  | { readonly kind: "found"; readonly roleId: RoleId }
  | { readonly kind: "not_found" }
  | { readonly kind: "ambiguous" };

/**
 * The references of a call as a list without repetitions.
 * @throws IncydrError `invalid` if one is blank, or there is none where one is needed.
 */
export function listReferences(roles: RoleReferences, { atLeast }: { readonly atLeast: 0 | 1 }): string[] {
  const list: readonly string[] = typeof roles === "string" ? [roles] : roles;
  if (!Array.isArray(list) || list.length < atLeast) throw invalidInput("name at least one role");
  if (list.some((role) => typeof role !== "string" || role.trim() === "")) {
    throw invalidInput("a role must be named by its id or its name, not by an empty text");
  }
  return [...new Set(list)];
}

/** Finds the role with this id or exactly this name; ambiguous if two have it. */
export function matchRole(reference: string, known: readonly NamedRole[]): RoleMatch {
  const matches = known.filter(({ roleId, roleName }) => roleId === reference || roleName === reference);
  const [roleId, ...others] = new Set(matches.map((role) => role.roleId));
  if (roleId === undefined) return { kind: "not_found" };
  return others.length > 0 ? { kind: "ambiguous" } : { kind: "found", roleId };
}

/** A sentence that names all the faults. */
export function describeFaults(faults: readonly RoleFault[]): string {
  const reasons: Record<RoleFault["reason"], string> = {
    not_found: "there is no such role, or this API client may not assign it",
    not_held: "the user doesn't hold it",
    not_assignable: "this API client may not assign it",
    ambiguous: "more than one role has this id or name",
  };
  return faults.map(({ role, reason }) => `${JSON.stringify(role)}: ${reasons[reason]}`).join("; ");
}
