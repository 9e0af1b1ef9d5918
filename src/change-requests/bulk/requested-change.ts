import type { IncydrReader } from "../../incydr/index.ts";
import { shortened } from "../../kernel/shortened.ts";
import type { Preflight, RoleRef } from "../../subjects/index.ts";
import type { Change, OrgRef } from "../model/change.ts";
import {
  type BulkKind,
  type BulkLine,
  faultAt,
  type LineFault,
  type LineProblem,
  sizeOfLine,
} from "../model/parsed-list.ts";
import { inSlices } from "./in-slices.ts";
import { orgsByName, type RefOf, rolesByName } from "./names-in-incydr.ts";
import { namesSeveral } from "./read-line.ts";

/** The longest name of an organization in a fault. */
const LONGEST_NAME = 80;

export interface FoundLine {
  readonly line: BulkLine;
  readonly facts: Preflight;
}

export interface UsedLine {
  readonly line: BulkLine;
  /** The user's first line. */
  readonly of: number;
}

/** The one change of the request, and the unusable lines, which request nothing or a different change. */
export interface RequestedChange {
  /** `null` if no line requests a possible change. */
  readonly change: Change | null;
  /** Each user once, with their first line. */
  readonly found: readonly FoundLine[];
  /** Every line of these users; all other lines are faults. */
  readonly used: readonly UsedLine[];
  readonly faults: readonly LineFault[];
}

/**
 * Finds the one change that the lines request: the change of the first user. A user with other roles or another
 * organization is a fault.
 * @throws {IncydrError} if Incydr does not answer
 */
export async function requestedChange(options: {
  incydr: IncydrReader;
  kind: BulkKind;
  lines: readonly FoundLine[];
  /** The roles or organization, by name or id, for lines that name none. */
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
    if (names.length === 0) return { kind: kind === "move" ? "no_org" : "no_role" };
    const refs: RoleRef[] = [];
    for (const name of names) {
      const ref = refOf(name);
      if ("kind" in ref) return ref;
      refs.push(ref);
    }
    return otherThan(refs, line, { column, refOf }) ?? refs;
  });
}

/** The fault of a line whose second name, such as `role_name` beside `role_id`, means something else. */
function otherThan(
  refs: readonly RoleRef[],
  line: BulkLine,
  { column, refOf }: { column: "role" | "org"; refOf: RefOf },
): LineProblem | null {
  const also = line.also?.[column];
  if (also === undefined) return null;
  const ref = refOf(also);
  if ("kind" in ref) return ref;
  return refs.some(({ id }) => id === ref.id) ? null : namesSeveral(column, [line[column] ?? "", also]);
}

/** The usable lines of a user, and the roles or organizations that they name, by id. */
interface UserRequests {
  readonly first: FoundLine;
  readonly lines: FoundLine[];
  readonly requested: Map<string, RoleRef>;
}

/** Groups the lines by user. A line that adds nothing to the user's earlier lines is a fault. */
async function byUser(
  lines: readonly FoundLine[],
  refsOf: (line: FoundLine) => readonly RoleRef[] | LineProblem,
): Promise<{ users: Iterable<UserRequests>; faults: LineFault[] }> {
  const faults: LineFault[] = [];
  const users = new Map<string, UserRequests>();
  for await (const each of inSlices(lines, ({ line }) => sizeOfLine(line))) {
    const refs = refsOf(each);
    if ("kind" in refs) {
      faults.push(faultOf(each, refs));
      continue;
    }
    const known = users.get(each.facts.userId);
    if (known && refs.every(({ id }) => known.requested.has(id))) {
      faults.push(faultOf(each, { kind: "user_repeated", of: known.first.line.line }));
      continue;
    }
    const user: UserRequests = known ?? { first: each, lines: [], requested: new Map() };
    user.lines.push(each);
    for (const ref of refs) user.requested.set(ref.id, ref);
    users.set(each.facts.userId, user);
  }
  return { users: users.values(), faults };
}

/** Compares each user with the first user whose lines make one change. Each line belongs to the change, or is a fault. */
async function agreed(
  kind: BulkKind,
  lines: readonly FoundLine[],
  refsOf: (line: FoundLine) => readonly RoleRef[] | LineProblem,
): Promise<RequestedChange> {
  const { users, faults } = await byUser(lines, refsOf);
  let leading: Leading | null = null;
  const found: FoundLine[] = [];
  const used: UsedLine[] = [];
  const judged: { each: FoundLine; of: number; fault: LineProblem | null }[] = [];
  for (const user of users) {
    const { first, requested } = user;
    const change = changeOf(kind, requested);
    if (change) leading ??= { change, requested, line: first.line.line };
    const fault = change && leading ? disagreement(requested, leading) : namesSeveralOrgs(user);
    if (fault === null) found.push(first);
    for (const each of user.lines) judged.push({ each, of: first.line.line, fault });
  }
  for await (const { each, of, fault } of inSlices(judged, ({ each: { line } }) => sizeOfLine(line))) {
    if (fault === null) used.push({ line: each.line, of });
    else faults.push(faultOf(each, fault));
  }
  return { change: leading?.change ?? null, found, used, faults };
}

function faultOf({ line }: FoundLine, fault: LineProblem): LineFault {
  return faultAt(line.line, line.who, fault);
}

interface Leading {
  readonly change: Change;
  readonly requested: UserRequests["requested"];
  /** The user's first line. */
  readonly line: number;
}

function disagreement(requested: UserRequests["requested"], leading: Leading): LineProblem | null {
  const { size } = leading.requested;
  const isSame = requested.size === size && [...requested.keys()].every((id) => leading.requested.has(id));
  return isSame ? null : { kind: "another_change", of: leading.line };
}

/** The problem of each line of a user who is to be moved to several organizations. */
function namesSeveralOrgs({ lines, requested }: UserRequests): LineProblem {
  const [first, second] = requested.values();
  return {
    kind: "several_orgs",
    lines: lines.slice(0, 2).map(({ line }) => line.line),
    orgs: [first, second].map((org) => shortened(org?.name ?? "", LONGEST_NAME)),
  };
}

/** `null` for a move to no or several organizations. */
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
