import type { IncydrReader } from "../../incydr/index.ts";
import { shortened } from "../../kernel/shortened.ts";
import type { Preflight, RoleRef } from "../../subjects/index.ts";
import type { Change, OrgRef } from "../model/change.ts";
import { type BulkKind, type BulkLine, faultAt, type LineFault, sizeOfLine } from "../model/parsed-list.ts";
import { inSlices } from "./in-slices.ts";
import { orgsByName, type RefOf, rolesByName } from "./names-in-incydr.ts";
import { namesSeveral } from "./read-line.ts";

/** Characters of an organization's name within a fault. */
const LONGEST_NAME = 80;

/** A line whose user was found. */
export interface FoundLine {
  readonly line: BulkLine;
  readonly facts: Preflight;
}

/** A line that says something of the change. */
export interface UsedLine {
  readonly line: BulkLine;
  /** The first line of the same user. */
  readonly of: number;
}

/** One change for all of them, and the lines that ask for another one or for none. */
export interface RequestedChange {
  /** `null` when no line says one that can be made. */
  readonly change: Change | null;
  /** Each user once, with the first of their lines. */
  readonly found: readonly FoundLine[];
  /** Every line that belongs to one of these users; all other lines are faults. */
  readonly used: readonly UsedLine[];
  readonly faults: readonly LineFault[];
}

/**
 * The one change that the lines ask for: the roles or the organization of the first user. A request is one change,
 * so each line of a user with other roles or another organization is a fault.
 * @throws {IncydrError} when Incydr doesn't answer.
 */
export async function requestedChange(options: {
  incydr: IncydrReader;
  kind: BulkKind;
  lines: readonly FoundLine[];
  /** For lines that name none: roles by name or id, or an organization. */
  otherwise: readonly string[];
}): Promise<RequestedChange> {
  const { incydr, kind, lines, otherwise } = options;
  if (kind === "deactivate" || kind === "activate") return agreed(kind, lines, () => []);
  const column = kind === "move" ? "org" : "role";
  const users = new Set(lines.map(({ facts }) => facts));
  const refOf = kind === "move" ? await orgsByName(incydr) : await rolesByName(incydr, users);
  return agreed(kind, lines, ({ line }) => {
    const own = line[column];
    const names = own === null ? otherwise : [own];
    if (names.length === 0) return kind === "move" ? "Says no organization." : "Says no role.";
    const refs: RoleRef[] = [];
    for (const name of names) {
      const ref = refOf(name);
      if (typeof ref === "string") return ref;
      refs.push(ref);
    }
    return otherThan(refs, line, { column, refOf }) ?? refs;
  });
}

/** The fault of a line whose second name, such as `role_name` beside `role_id`, doesn't mean the same. */
function otherThan(
  refs: readonly RoleRef[],
  line: BulkLine,
  { column, refOf }: { column: "role" | "org"; refOf: RefOf },
): string | null {
  const also = line.also?.[column];
  if (also === undefined) return null;
  const ref = refOf(also);
  if (typeof ref === "string") return ref;
  return refs.some(({ id }) => id === ref.id) ? null : namesSeveral(column, [line[column] ?? "", also]);
}

/** The lines of one user that can be used, and the roles or organizations that they name, by id. */
interface UserRequests {
  readonly lines: FoundLine[];
  readonly requested: Map<string, RoleRef>;
}

/** Groups the lines by user. Lines that request nothing, and lines that request nothing new, are faults. */
async function byUser(
  lines: readonly FoundLine[],
  refsOf: (line: FoundLine) => readonly RoleRef[] | string,
): Promise<{ users: Iterable<UserRequests>; faults: LineFault[] }> {
  const faults: LineFault[] = [];
  const users = new Map<string, UserRequests>();
  for await (const each of inSlices(lines, ({ line }) => sizeOfLine(line))) {
    const refs = refsOf(each);
    if (typeof refs === "string") {
      faults.push(faultOf(each, refs));
      continue;
    }
    const user: UserRequests = users.get(each.facts.userId) ?? { lines: [], requested: new Map() };
    const [first] = user.lines;
    if (first && refs.every(({ id }) => user.requested.has(id))) {
      faults.push(faultOf(each, `The same user as in line ${first.line.line}.`));
      continue;
    }
    user.lines.push(each);
    for (const ref of refs) user.requested.set(ref.id, ref);
    users.set(each.facts.userId, user);
  }
  return { users: users.values(), faults };
}

/**
 * Compares the roles or organizations of each user with those of the first user whose lines can be one change. Each line belongs to a
 * user of the change, or is a fault.
 */
async function agreed(
  kind: BulkKind,
  lines: readonly FoundLine[],
  refsOf: (line: FoundLine) => readonly RoleRef[] | string,
): Promise<RequestedChange> {
  const { users, faults } = await byUser(lines, refsOf);
  let leading: { readonly change: Change; readonly user: UserRequests } | null = null;
  const found: FoundLine[] = [];
  const used: UsedLine[] = [];
  const judged: { each: FoundLine; of: number; fault: string | null }[] = [];
  for (const user of users) {
    const [first] = user.lines;
    const change = changeOf(kind, user.requested);
    if (change) leading ??= { change, user };
    const fault = change && leading ? disagreement(user, leading.user) : namesSeveralOrgs(user);
    if (!first) continue;
    if (fault === null) found.push(first);
    for (const each of user.lines) judged.push({ each, of: first.line.line, fault });
  }
  for await (const { each, of, fault } of inSlices(judged, ({ each: { line } }) => sizeOfLine(line))) {
    if (fault === null) used.push({ line: each.line, of });
    else faults.push(faultOf(each, fault));
  }
  return { change: leading?.change ?? null, found, used, faults };
}

function faultOf({ line }: FoundLine, fault: string): LineFault {
  return faultAt(line.line, line.who, fault);
}

function disagreement({ requested }: UserRequests, leading: UserRequests): string | null {
  if (isSame(requested, leading.requested)) return null;
  return `Asks for something else than line ${leading.lines[0]?.line.line}; a request is one change.`;
}

/** The fault of each line of a user who can't be moved, because several organizations are named. */
function namesSeveralOrgs({ lines, requested }: UserRequests): string {
  const [one, two] = lines.map(({ line }) => line.line);
  const [first, second] = requested.values();
  const names = [first, second].map((org) => shortened(org?.name ?? "", LONGEST_NAME)).join(" and ");
  const where = two === undefined ? "This line names" : `Lines ${one} and ${two} name`;
  return `${where} different organizations for this user: ${names}. Name one.`;
}

function isSame(some: ReadonlyMap<string, RoleRef>, others: ReadonlyMap<string, RoleRef>): boolean {
  return some.size === others.size && [...some.keys()].every((id) => others.has(id));
}

/** `null` for a move to several organizations, which is no change. */
function changeOf(kind: BulkKind, requested: UserRequests["requested"]): Change | null {
  switch (kind) {
    case "deactivate":
    case "activate":
      return { kind };
    case "add_roles":
    case "remove_roles":
      return { kind, roles: [...requested.values()] };
    case "move": {
      const [only] = requested.values();
      if (!only || requested.size > 1) return null;
      const org: OrgRef = { guid: only.id, name: only.name };
      return { kind, org };
    }
  }
}
