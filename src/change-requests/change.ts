import { isPrivilegedRole, type RoleRef, type SubjectEffect } from "../subjects/index.ts";

/** What is to be done to a subject. */
export type Change =
  | { readonly kind: "deactivate" }
  | { readonly kind: "add_roles"; readonly roles: readonly RoleRef[] }
  | { readonly kind: "remove_roles"; readonly roles: readonly RoleRef[] };

/** Whether the change gives somebody a privileged role. */
export function addsPrivileged(change: Change): boolean {
  return change.kind === "add_roles" && change.roles.some(({ name }) => isPrivilegedRole(name));
}

/** Names of the privileged roles that a change gives or takes. */
export function privilegedRolesOf(change: Change): string[] {
  return "roles" in change ? change.roles.map(({ name }) => name).filter(isPrivilegedRole) : [];
}

/** Whether a subject shows what the change is meant to bring about. */
export function isInEffect(change: Change, facts: SubjectEffect): boolean {
  const held = new Set(facts.roles.map(({ id }) => id));
  switch (change.kind) {
    case "deactivate":
      return !facts.active;
    case "add_roles":
      return change.roles.every(({ id }) => held.has(id));
    case "remove_roles":
      return change.roles.every(({ id }) => !held.has(id));
  }
}

/** Roles of a change that the subject does not show as the change means them to be. */
export function rolesOutstanding(change: Change, facts: Pick<SubjectEffect, "roles">): readonly RoleRef[] {
  const held = new Set(facts.roles.map(({ id }) => id));
  switch (change.kind) {
    case "deactivate":
      return [];
    case "add_roles":
      return change.roles.filter(({ id }) => !held.has(id));
    case "remove_roles":
      return change.roles.filter(({ id }) => held.has(id));
  }
}
