import { KNOWN_ROLE_NAMES, type RoleRef } from "../subjects/index.ts";
import { RoleNotAssignableError, UnknownRoleError } from "./request-errors.ts";

/** Names offered to somebody who mistyped one. */
const MOST_SUGGESTIONS = 5;

/**
 * The role that somebody typed, by its id or its name in any case, among those that a change may be about.
 * @throws {RoleNotAssignableError} for a role that exists but isn't among them.
 * @throws {UnknownRoleError} for anything else, with names that resemble it.
 */
export function findRole(typed: string, options: readonly RoleRef[]): RoleRef {
  const match = roleNamed(typed, options);
  if (match) return match;
  const wanted = typed.trim().toLowerCase();
  const known = KNOWN_ROLE_NAMES.find((name) => name.toLowerCase() === wanted);
  if (known) throw new RoleNotAssignableError(known);
  const words = wanted.split(/\s+/);
  const similar = options.filter(({ name }) => words.some((word) => name.toLowerCase().includes(word)));
  throw new UnknownRoleError(
    typed.trim(),
    similar.slice(0, MOST_SUGGESTIONS).map(({ name }) => name),
  );
}

/** The role with this id or name, in any case, if it is among these. */
export function roleNamed(typed: string, roles: readonly RoleRef[]): RoleRef | undefined {
  const wanted = typed.trim().toLowerCase();
  return roles.find(({ id, name }) => id.toLowerCase() === wanted || name.toLowerCase() === wanted);
}
