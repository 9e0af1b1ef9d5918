import { foldName } from "../../kernel/visible-text.ts";
import { KNOWN_ROLE_NAMES, type RoleRef } from "../../subjects/index.ts";
import { AmbiguousRoleError, RoleNotAssignableError, UnknownRoleError } from "../model/request-errors.ts";
import { matchName, shownName } from "./match-name.ts";

/** Names offered to somebody who mistyped one. */
const MOST_SUGGESTIONS = 5;

/**
 * The role that was typed, by its id or its name as `matchName` compares them, among those that a change may be about.
 * @throws {AmbiguousRoleError} for a name that several of them have.
 * @throws {RoleNotAssignableError} for a role that exists but isn't among them.
 * @throws {UnknownRoleError} for anything else, with names that resemble it.
 */
export function findRole(typed: string, options: readonly RoleRef[]): RoleRef {
  const match = roleNamed(typed, options);
  if (match) return match;
  const name = shownName(typed);
  const wanted = foldName(name);
  const known = KNOWN_ROLE_NAMES.find((each) => foldName(each) === wanted);
  if (known) throw new RoleNotAssignableError(known);
  const words = wanted.split(" ");
  const similar = options.filter((role) => words.some((word) => foldName(role.name).includes(word)));
  throw new UnknownRoleError(
    name,
    similar.slice(0, MOST_SUGGESTIONS).map((role) => role.name),
  );
}

/**
 * The role with this id or name, as `matchName` compares them, if it is among these.
 * @throws {AmbiguousRoleError} for a name that several of them have.
 */
export function roleNamed(typed: string, roles: readonly RoleRef[]): RoleRef | undefined {
  const matches = matchName(typed, roles, ({ id }) => id);
  if (matches.length > 1)
    throw new AmbiguousRoleError(
      shownName(typed),
      matches.slice(0, MOST_SUGGESTIONS).map(({ id, name }) => ({ id, name })),
    );
  return matches[0];
}
