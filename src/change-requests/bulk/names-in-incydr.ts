import { type IncydrReader, isComplete } from "../../incydr/index.ts";
import { foldName } from "../../kernel/visible-text.ts";
import type { Preflight, RoleRef } from "../../subjects/index.ts";
import { matchName, shownName } from "../drafting/match-name.ts";
import type { LineProblem } from "../model/parsed-list.ts";
import { inSlices } from "./in-slices.ts";

const BULK = { lane: "bulk" } as const;

/** Finds the role or organization that a name or an id means, or the problem. */
export type RefOf = (name: string) => RoleRef | LineProblem;

/** The assignable roles, and the roles that the users hold. @throws {IncydrError} if Incydr does not answer */
export async function rolesByName(incydr: IncydrReader, users: Iterable<Preflight>): Promise<RefOf> {
  const list = await incydr.users.listRoles(BULK);
  const byId = new Map<string, RoleRef>();
  for await (const { roles } of inSlices(users, (user) => 10 * user.roles.length))
    for (const role of roles) byId.set(role.id, role);
  for (const { roleId, roleName } of list) byId.set(roleId, { id: roleId, name: roleName ?? roleId });
  const roles = await byFoldedName([...byId.values()]);
  return remembered((name) => {
    const [only, ...others] = roles(name);
    if (!isComplete(list) && !isId(name, only)) return { kind: "role_list_incomplete" };
    if (!only) return { kind: "role_unknown", name };
    return others.length > 0 ? { kind: "role_ambiguous", name } : only;
  });
}

/** The organizations of the tenant. @throws {IncydrError} if Incydr does not answer */
export async function orgsByName(incydr: IncydrReader): Promise<RefOf> {
  const list = await incydr.orgs.list({}, BULK);
  const orgs = await byFoldedName(
    list.map(({ orgGuid, orgName, active }) => ({ id: orgGuid, name: orgName ?? orgGuid, active })),
  );
  return remembered((name) => {
    const [only, ...others] = orgs(name);
    if (!isComplete(list) && !isId(name, only)) return { kind: "org_list_incomplete", name };
    if (!only) return { kind: "org_unknown", name };
    if (others.length > 0) return { kind: "org_ambiguous", name };
    if (only.active === false) return { kind: "org_inactive", name };
    return { id: only.id, name: only.name };
  });
}

function isId(name: string, ref: RoleRef | undefined): boolean {
  return ref?.id.toLowerCase() === shownName(name).toLowerCase();
}

/**
 * Makes the function that finds the refs that a name means, by `matchName`. It compares a name only with refs of the
 * same folded name, because comparing 10,000 names with 10,000 organizations would block the process.
 */
async function byFoldedName<Ref extends RoleRef>(
  refs: readonly Ref[],
): Promise<(name: string) => readonly Ref[]> {
  const byFolded = new Map<string, Ref[]>();
  for await (const ref of inSlices(refs, ({ id, name }) => id.length + name.length)) {
    for (const key of new Set([foldName(ref.id), foldName(ref.name)])) {
      const same = byFolded.get(key);
      if (same) same.push(ref);
      else byFolded.set(key, [ref]);
    }
  }
  return (name) => {
    const keys = new Set([foldName(name), foldName(shownName(name))]);
    const alike = [...keys].flatMap((key) => byFolded.get(key) ?? []);
    return matchName(name, alike, ({ id }) => id);
  };
}

/** Caches the answers, because thousands of lines have the same few names. */
function remembered(refOf: RefOf): RefOf {
  const answers = new Map<string, RoleRef | LineProblem>();
  return (name) => {
    const answer = answers.get(name) ?? refOf(name);
    answers.set(name, answer);
    return answer;
  };
}
