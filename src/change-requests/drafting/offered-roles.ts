import { IncompleteListError, type IncydrReader, isComplete } from "../../incydr/index.ts";
import { foldName } from "../../kernel/visible-text.ts";
import { KNOWN_ROLE_NAMES, type Preflight, type RoleRef } from "../../subjects/index.ts";
import type { Change } from "../model/change.ts";
import {
  AmbiguousRoleError,
  NothingToDoError,
  RoleNotAssignableError,
  TooManyRolesError,
  UnknownRoleError,
} from "../model/request-errors.ts";
import { matchName, shownName } from "./match-name.ts";

/** Names offered to somebody who mistyped one. */
const MOST_SUGGESTIONS = 5;

/** The roles that a form offers, and whether they are all. */
export interface OfferedRoles {
  readonly options: readonly RoleRef[];
  readonly complete: boolean;
}

/** Of a change that is about no roles. */
export const NO_ROLES: OfferedRoles = { options: [], complete: true };

/** Roles that a form of Slack's has room for. */
const MOST_OFFERED = 100;

/**
 * The roles that a form offers for a change of this kind; none where it is about no roles. Those held come
 * first where they may be kept. The subject holds `temporaryRoles` for a limited time, and they can be given again.
 * @throws {NothingToDoError} when the change could change nothing.
 * @throws {TooManyRolesError} when those that are held wouldn't all be offered, and so would be lost.
 */
export async function offeredRoles(
  incydr: IncydrReader,
  kind: Change["kind"],
  facts: Preflight,
  temporaryRoles: readonly RoleRef[] = [],
): Promise<OfferedRoles> {
  const { username } = facts;
  switch (kind) {
    case "deactivate":
      if (!facts.active) throw new NothingToDoError({ why: "inactive", username });
      return NO_ROLES;
    case "activate":
      if (facts.active) throw new NothingToDoError({ why: "active", username });
      return NO_ROLES;
    case "move":
      return NO_ROLES;
    case "add_roles": {
      const missing = await missingRoles(incydr, facts, temporaryRoles);
      if (missing.options.length === 0 && !missing.complete) throw incompleteRoles();
      if (missing.options.length === 0) throw new NothingToDoError({ why: "holds_every_role", username });
      return missing;
    }
    case "replace_roles":
      if (facts.roles.length > MOST_OFFERED) throw new TooManyRolesError(username, MOST_OFFERED);
      return withHeld(facts.roles, await missingRoles(incydr, facts));
    case "remove_roles":
      if (facts.roles.length === 0) throw new NothingToDoError({ why: "holds_no_role", username });
      return { options: facts.roles, complete: true };
  }
}

function withHeld(held: readonly RoleRef[], { options, complete }: OfferedRoles): OfferedRoles {
  return { options: [...held, ...options], complete };
}

/** The roles that can be given and aren't held, by name. */
async function missingRoles(
  incydr: IncydrReader,
  { roles }: Preflight,
  temporaryRoles: readonly RoleRef[] = [],
): Promise<OfferedRoles> {
  const isTemporary = (role: RoleRef) => temporaryRoles.some(({ id }) => id === role.id);
  const held = new Set(roles.filter((role) => !isTemporary(role)).map(({ id }) => id));
  const { options, complete } = await givableRoles(incydr);
  return { options: options.filter(({ id }) => !held.has(id)), complete };
}

/** The roles that the API client may give, by name. */
async function givableRoles(incydr: IncydrReader): Promise<OfferedRoles> {
  const assignable = await incydr.users.listRoles({ lane: "interactive" });
  const options = assignable
    .map(({ roleId, roleName }) => ({ id: roleId as string, name: roleName ?? roleId })) // a branded id is a string
    .sort((a, b) => a.name.localeCompare(b.name));
  return { options, complete: isComplete(assignable) };
}

/**
 * The same, all of them.
 * @throws {IncompleteListError} if some may be missing.
 */
export async function allGivableRoles(incydr: IncydrReader): Promise<readonly RoleRef[]> {
  const { options, complete } = await givableRoles(incydr);
  if (!complete) throw incompleteRoles();
  return options;
}

function incompleteRoles(): IncompleteListError {
  return new IncompleteListError(
    "Could not tell which roles can be given: Incydr's list of roles may be incomplete. Try again later",
  );
}

/**
 * The role that was typed, unless the subject holds it already, or doesn't hold it.
 * @throws {NothingToDoError | IncompleteListError | AmbiguousRoleError | RoleNotAssignableError | UnknownRoleError}
 */
export function chooseRole(
  typed: string,
  kind: Change["kind"],
  { username, roles }: Preflight,
  { options, complete }: OfferedRoles,
): RoleRef {
  const name = shownName(typed);
  // A name of a held role may be that of an offered one too: both are looked at before one is taken.
  const named = roleNamed(typed, [...options, ...roles]);
  const isHeld = roles.some(({ id }) => id === named?.id);
  const isOffered = options.some(({ id }) => id === named?.id);
  if (kind === "add_roles" && named && isHeld && !isOffered)
    throw new NothingToDoError({ why: "role_held", username, role: named.name });
  if (kind === "remove_roles" && !isHeld)
    throw new NothingToDoError({ why: "role_not_held", username, role: name });
  const isById = isOffered && named?.id.toLowerCase() === name.toLowerCase();
  if (!complete && !isById) throw incompleteRoles();
  return findRole(typed, options);
}

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
