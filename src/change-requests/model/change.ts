import { isPrivilegedRole, type RoleRef, type SubjectEffect } from "../../subjects/index.ts";

/** An organization, with its name when it was chosen. */
export interface OrgRef {
  readonly guid: string;
  readonly name: string;
}

/** An organization of the tenant, as it can be chosen. */
export interface OrgOption extends OrgRef {
  /** Name of the organization above it; `null` for one at the top. */
  readonly parent: string | null;
  readonly active: boolean;
}

/** What is to be done to a subject. */
export type Change =
  | { readonly kind: "deactivate" | "activate" }
  | { readonly kind: "move"; readonly org: OrgRef }
  | {
      readonly kind: "add_roles";
      readonly roles: readonly RoleRef[];
      /** For how long, counted from when the write is verified; absent: for good. */
      readonly grantHours?: number;
    }
  /** `roles` are those to remove, or all that the subject shall hold afterwards. */
  | { readonly kind: "remove_roles" | "replace_roles"; readonly roles: readonly RoleRef[] };

/** For how many hours a change gives roles; `null`: for good, or it gives none. */
export function grantHoursOf(change: Change): number | null {
  return change.kind === "add_roles" ? (change.grantHours ?? null) : null;
}

/** Roles that a change gives to somebody who holds `held`. */
export function rolesGained(change: Change, held: readonly RoleRef[]): readonly RoleRef[] {
  if (change.kind !== "add_roles" && change.kind !== "replace_roles") return [];
  return without(change.roles, held);
}

/** Roles that a change takes from somebody who holds `held`. */
export function rolesLost(change: Change, held: readonly RoleRef[]): readonly RoleRef[] {
  if (change.kind === "replace_roles") return without(held, change.roles);
  if (change.kind !== "remove_roles") return [];
  return without(change.roles, without(change.roles, held));
}

/** Whether the change gives a privileged role to somebody who holds `held`. */
export function addsPrivileged(change: Change, held: readonly RoleRef[]): boolean {
  // What is to be added counts even if it is held: an approval must not get cheaper by a race.
  const given = change.kind === "add_roles" ? change.roles : rolesGained(change, held);
  return given.some(({ name }) => isPrivilegedRole(name));
}

/** Roles that a change asks to be given to, or taken from, somebody who holds `held`. */
export function rolesTouched(change: Change, held: readonly RoleRef[]): readonly RoleRef[] {
  if (change.kind === "replace_roles") return [...rolesGained(change, held), ...rolesLost(change, held)];
  return "roles" in change ? change.roles : [];
}

/** Names of the privileged ones among them. */
export function privilegedRolesOf(change: Change, held: readonly RoleRef[]): string[] {
  return rolesTouched(change, held)
    .map(({ name }) => name)
    .filter(isPrivilegedRole);
}

/** Whether a subject shows what the change is meant to bring about. */
export function isInEffect(change: Change, facts: SubjectEffect): boolean {
  switch (change.kind) {
    case "deactivate":
      return !facts.active;
    case "activate":
      return facts.active;
    case "move":
      // GUIDs are the same in either case.
      return facts.orgGuid.toLowerCase() === change.org.guid.toLowerCase();
    case "add_roles":
    case "remove_roles":
    case "replace_roles":
      return rolesOutstanding(change, facts).length === 0;
  }
}

/** Roles of a change that the subject does not show as the change means them to be. */
export function rolesOutstanding(change: Change, facts: Pick<SubjectEffect, "roles">): readonly RoleRef[] {
  return [...rolesGained(change, facts.roles), ...rolesLost(change, facts.roles)];
}

/** Those of `roles` that aren't among `others`. */
function without(roles: readonly RoleRef[], others: readonly RoleRef[]): readonly RoleRef[] {
  const ids = new Set(others.map(({ id }) => id));
  return roles.filter(({ id }) => !ids.has(id));
}
