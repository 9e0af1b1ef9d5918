import { IncompleteListError, isComplete } from "../../incydr/index.ts";
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
import type { MenuDraft } from "./menu-draft.ts";
import type { ListReader } from "./remembered-lists.ts";

/** The most similar names in an answer. */
const MOST_SUGGESTIONS = 5;

/** `complete`: whether `options` has every role. */
export interface OfferedRoles {
  readonly options: readonly RoleRef[];
  readonly complete: boolean;
}

export const NO_ROLES: OfferedRoles = { options: [], complete: true };

/** The most roles that a form in Slack can offer. */
const MOST_OFFERED = 100;

/**
 * The roles that a form offers; empty for a change without roles. A replacement offers the held roles first. The
 * subject holds `temporaryRoles` for a limited time, so they can be added.
 * @throws {NothingToDoError} if the change would have no effect
 * @throws {TooManyRolesError} if the form can't offer all held roles, so that a replacement would remove some without
 * showing them
 */
export async function offeredRoles(
  incydr: ListReader,
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
    case "replace_roles": {
      if (facts.roles.length > MOST_OFFERED) throw new TooManyRolesError(username, MOST_OFFERED);
      const { options, complete } = await missingRoles(incydr, facts);
      return { options: [...facts.roles, ...options], complete };
    }
    case "remove_roles":
      if (facts.roles.length === 0) throw new NothingToDoError({ why: "holds_no_role", username });
      return { options: facts.roles, complete: true };
  }
}

/** The assignable roles that the subject does not hold, or holds for a limited time, by name. */
async function missingRoles(
  incydr: ListReader,
  { roles }: Preflight,
  temporaryRoles: readonly RoleRef[] = [],
): Promise<OfferedRoles> {
  const isTemporary = (role: RoleRef) => temporaryRoles.some(({ id }) => id === role.id);
  const held = new Set(roles.filter((role) => !isTemporary(role)).map(({ id }) => id));
  const { options, complete } = await givableRoles(incydr);
  return { options: options.filter(({ id }) => !held.has(id)), complete };
}

/** The roles that the API client may assign, by name. */
async function givableRoles(incydr: ListReader): Promise<OfferedRoles> {
  const assignable = await incydr.users.listRoles({ lane: "interactive" });
  const options = assignable
    .map(({ roleId, roleName }) => ({ id: roleId as string, name: roleName ?? roleId })) // a branded id is a string
    .sort((a, b) => a.name.localeCompare(b.name));
  return { options, complete: isComplete(assignable) };
}

/** @throws {IncompleteListError} if some roles may be missing */
export async function allGivableRoles(incydr: ListReader): Promise<readonly RoleRef[]> {
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
 * Finds the typed roles. A text with commas is one name if a role has it, and else several names.
 * @throws the errors of `chooseRole`
 */
export function chooseRoles(
  typed: string,
  kind: Change["kind"],
  facts: Preflight,
  offered: OfferedRoles,
): RoleRef[] {
  const names = typed.split(",").filter((name) => shownName(name) !== "");
  const isOne = names.length < 2 || roleNamed(typed, [...offered.options, ...facts.roles]) !== undefined;
  const roles = (isOne ? [typed] : names).map((name) => chooseRole(name, kind, facts, offered));
  return [...new Map(roles.map((role) => [role.id, role])).values()];
}

/**
 * Finds the typed role, by `matchName`.
 * @throws {NothingToDoError} if the subject holds it, or does not hold a role to remove
 * @throws {IncompleteListError | AmbiguousRoleError | RoleNotAssignableError | UnknownRoleError}
 */
export function chooseRole(
  typed: string,
  kind: Change["kind"],
  { username, roles }: Preflight,
  { options, complete }: OfferedRoles,
): RoleRef {
  const name = shownName(typed);
  // A held role and an offered role may have the same name, so both lists are searched.
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
 * Finds the typed role among `options`, by `matchName`.
 * @throws {RoleNotAssignableError} for a known role that is not among them
 * @throws {AmbiguousRoleError | UnknownRoleError}
 */
export function findRole(typed: string, options: readonly RoleRef[]): RoleRef {
  const match = roleNamed(typed, options);
  if (match) return match;
  const name = shownName(typed);
  const wanted = foldName(name);
  const known = KNOWN_ROLE_NAMES.find((each) => foldName(each) === wanted);
  if (known) throw new RoleNotAssignableError(known);
  const words = wanted.split(" ");
  const similar = options
    .map((role) => ({ role, matched: words.filter((word) => foldName(role.name).includes(word)).length }))
    .filter(({ matched }) => matched > 0)
    .sort((a, b) => b.matched - a.matched);
  const names = similar.slice(0, MOST_SUGGESTIONS).map(({ role }) => role.name);
  throw new UnknownRoleError(name, names);
}
/** @throws {AmbiguousRoleError} for a name that several of the roles have */
export function roleNamed(typed: string, roles: readonly RoleRef[]): RoleRef | undefined {
  const matches = matchName(typed, roles, ({ id }) => id);
  if (matches.length > 1)
    throw new AmbiguousRoleError(
      shownName(typed),
      matches.slice(0, MOST_SUGGESTIONS).map(({ id, name }) => ({ id, name })),
    );
  return matches[0];
}

/** The most options that Slack takes for one menu. */
const MOST_FOUND = 100;

/**
 * Makes the function that finds roles for the form of a draft, by a part of their name.
 * @throws the errors of `createMenuDraft`
 */
export function createSearchRoles({ menuDraft }: { menuDraft: MenuDraft }) {
  return async function searchRoles(
    draftId: string,
    slackUserId: string,
    typed: string,
  ): Promise<readonly RoleRef[]> {
    const draft = await menuDraft(draftId, slackUserId);
    if (!draft?.facts) return [];
    const wanted = foldName(typed);
    return draft.roleOptions.filter(({ name }) => foldName(name).includes(wanted)).slice(0, MOST_FOUND);
  };
}

export type SearchRoles = ReturnType<typeof createSearchRoles>;
