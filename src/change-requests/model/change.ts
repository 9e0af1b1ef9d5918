import { isPrivilegedRole, type RoleRef, type SubjectEffect } from "../../subjects/index.ts";

/** An organization, with its name when it was chosen. */
export interface OrgRef {
  readonly guid: string;
  readonly name: string;
}

/** An organization that a form offers. */
export interface OrgOption extends OrgRef {
  /** Name of the parent organization; `null` at the top. */
  readonly parent: string | null;
  readonly active: boolean;
}

export type Change =
  | { readonly kind: "deactivate" | "activate" }
  | { readonly kind: "move"; readonly org: OrgRef }
  | {
      readonly kind: "add_roles";
      readonly roles: readonly RoleRef[];
      /** Hours from the verified write to the end of the roles; absent: no end. */
      readonly grantHours?: number;
    }
  /** `roles`: the roles to remove, or the complete roles after the change. */
  | { readonly kind: "remove_roles" | "replace_roles"; readonly roles: readonly RoleRef[] };

/** For how many hours a change gives roles; `null` if it gives none or sets no end. */
export function grantHoursOf(change: Change): number | null {
  return change.kind === "add_roles" ? (change.grantHours ?? null) : null;
}

/** The roles that a change gives to a user who holds `held`. */
export function rolesGained(change: Change, held: readonly RoleRef[]): readonly RoleRef[] {
  if (change.kind !== "add_roles" && change.kind !== "replace_roles") return [];
  return rolesWithout(change.roles, held);
}

/** The roles that a change takes from a user who holds `held`. */
export function rolesLost(change: Change, held: readonly RoleRef[]): readonly RoleRef[] {
  if (change.kind === "replace_roles") return rolesWithout(held, change.roles);
  if (change.kind !== "remove_roles") return [];
  return rolesWithin(change.roles, held);
}

/** Whether a change gives a privileged role to a user who holds `held`. */
export function addsPrivileged(change: Change, held: readonly RoleRef[]): boolean {
  // A role to add counts even if it is held, because otherwise a race could lower the number of approvals.
  const given = change.kind === "add_roles" ? change.roles : rolesGained(change, held);
  return given.some(({ name }) => isPrivilegedRole(name));
}

/** The roles that a change gives to, or takes from, a user who holds `held`. */
export function rolesTouched(change: Change, held: readonly RoleRef[]): readonly RoleRef[] {
  if (change.kind === "replace_roles") return rolesOutstanding(change, { roles: held });
  return "roles" in change ? change.roles : [];
}

/** The names of the privileged roles that a change touches. */
export function privilegedRolesOf(change: Change, held: readonly RoleRef[]): string[] {
  return rolesTouched(change, held)
    .map(({ name }) => name)
    .filter(isPrivilegedRole);
}
export function isInEffect(change: Change, facts: SubjectEffect): boolean {
  switch (change.kind) {
    case "deactivate":
      return !facts.active;
    case "activate":
      return facts.active;
    case "move":
      // Incydr's GUIDs ignore case.
      return facts.orgGuid.toLowerCase() === change.org.guid.toLowerCase();
    case "add_roles":
    case "remove_roles":
    case "replace_roles":
      return rolesOutstanding(change, facts).length === 0;
  }
}

/** The roles that a change would still give or take. */
export function rolesOutstanding(change: Change, facts: Pick<SubjectEffect, "roles">): readonly RoleRef[] {
  return [...rolesGained(change, facts.roles), ...rolesLost(change, facts.roles)];
}

export function rolesWithout(roles: readonly RoleRef[], others: readonly RoleRef[]): readonly RoleRef[] {
  const ids = new Set(others.map(({ id }) => id));
  return roles.filter(({ id }) => !ids.has(id));
}

export function rolesWithin(roles: readonly RoleRef[], others: readonly RoleRef[]): readonly RoleRef[] {
  return rolesWithout(roles, rolesWithout(roles, others));
}
