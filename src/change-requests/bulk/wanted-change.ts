import { type IncydrReader, isComplete } from "../../incydr/index.ts";
import type { Preflight, RoleRef } from "../../subjects/index.ts";
import type { Change, OrgRef } from "../change.ts";
import { roleNamed } from "../find-role.ts";
import { type BulkKind, type BulkLine, faultAt, type LineFault } from "./bulk-input.ts";
import { namesSeveral } from "./read-line.ts";

const BULK = { lane: "bulk" } as const;

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
export interface WantedChange {
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
export async function wantedChange(options: {
  incydr: IncydrReader;
  kind: BulkKind;
  lines: readonly FoundLine[];
  /** For lines that name none: roles by name or id, or an organization. */
  otherwise: readonly string[];
}): Promise<WantedChange> {
  const { incydr, kind, lines, otherwise } = options;
  if (kind === "deactivate" || kind === "activate") return agreed(kind, lines, () => []);
  const column = kind === "move" ? "org" : "role";
  const known = remembered(kind === "move" ? await orgsByName(incydr) : await rolesByName(incydr, lines));
  return agreed(kind, lines, ({ line }) => {
    const own = line[column];
    const names = own === null ? otherwise : [own];
    if (names.length === 0) return kind === "move" ? "Says no organization." : "Says no role.";
    const refs: RoleRef[] = [];
    for (const name of names) {
      const ref = known(name);
      if (typeof ref === "string") return ref;
      refs.push(ref);
    }
    return otherThan(refs, line, { column, known }) ?? refs;
  });
}

type Naming = (name: string) => RoleRef | string;

/** Thousands of lines name the same few roles or organizations. */
function remembered(known: Naming): Naming {
  const answers = new Map<string, RoleRef | string>();
  return (name) => {
    const answer = answers.get(name) ?? known(name);
    answers.set(name, answer);
    return answer;
  };
}

/** The fault of a line whose second name, such as `role_name` beside `role_id`, doesn't mean the same. */
function otherThan(
  refs: readonly RoleRef[],
  line: BulkLine,
  { column, known }: { column: "role" | "org"; known: Naming },
): string | null {
  const also = line.also?.[column];
  if (also === undefined) return null;
  const ref = known(also);
  if (typeof ref === "string") return ref;
  return refs.some(({ id }) => id === ref.id) ? null : namesSeveral(column, [line[column] ?? "", also]);
}

async function rolesByName(incydr: IncydrReader, lines: readonly FoundLine[]): Promise<Naming> {
  const list = await incydr.users.listRoles(BULK);
  const assignable = list.map(({ roleId, roleName }) => ({
    id: roleId as string, // a branded id is a string
    name: roleName ?? roleId,
  }));
  const held = [
    ...new Map(lines.flatMap(({ facts }) => facts.roles.map((role) => [role.id, role] as const))).values(),
  ];
  return (name) => {
    const found = roleNamed(name, assignable) ?? roleNamed(name, held);
    const isById = found?.id.toLowerCase() === name.trim().toLowerCase();
    if (!isComplete(list) && !isById) return "Incydr's list of roles may be incomplete; use the role's id.";
    return found ?? `There is no role “${name}”.`;
  };
}

async function orgsByName(incydr: IncydrReader): Promise<Naming> {
  const orgs = await incydr.orgs.list({}, BULK);
  return (name) => {
    const wanted = name.toLowerCase();
    const byGuid = orgs.filter(({ orgGuid }) => orgGuid.toLowerCase() === wanted);
    if (byGuid.length === 0 && !isComplete(orgs))
      return `Incydr's list of organizations may be incomplete, so “${name}” may be one or several.`;
    const matches = byGuid.length > 0 ? byGuid : orgs.filter((org) => org.orgName?.toLowerCase() === wanted);
    const [only, ...others] = matches;
    if (!only) return `There is no organization “${name}”.`;
    if (others.length > 0) return `Several organizations are called “${name}”; use a GUID.`;
    if (only.active === false) return `The organization “${name}” is inactive.`;
    return { id: only.orgGuid, name: only.orgName ?? only.orgGuid };
  };
}

/** The lines of one user that can be used, and the roles or organizations that they name, by id. */
interface UserWishes {
  readonly lines: FoundLine[];
  readonly wishes: Map<string, RoleRef>;
}

/**
 * Puts the lines of each user together, and compares the wishes of each user with those of the first user whose
 * lines can be one change. Each line belongs to a user of the change, or is a fault.
 */
function agreed(
  kind: BulkKind,
  lines: readonly FoundLine[],
  wish: (line: FoundLine) => readonly RoleRef[] | string,
): WantedChange {
  const faults: LineFault[] = [];
  const refuse = ({ line }: FoundLine, fault: string) => faults.push(faultAt(line.line, line.who, fault));
  const users = new Map<string, UserWishes>();
  for (const each of lines) {
    const refs = wish(each);
    if (typeof refs === "string") {
      refuse(each, refs);
      continue;
    }
    const user: UserWishes = users.get(each.facts.userId) ?? { lines: [], wishes: new Map() };
    const [first] = user.lines;
    if (first && refs.every(({ id }) => user.wishes.has(id))) {
      refuse(each, `The same user as in line ${first.line.line}.`);
      continue;
    }
    user.lines.push(each);
    for (const ref of refs) user.wishes.set(ref.id, ref);
    users.set(each.facts.userId, user);
  }
  let leading: {
    readonly change: Change;
    readonly line: number;
    readonly wishes: UserWishes["wishes"];
  } | null = null;
  const found: FoundLine[] = [];
  const used: UsedLine[] = [];
  for (const user of users.values()) {
    const [first] = user.lines;
    if (!first) continue;
    const change = changeOf(kind, [...user.wishes.values()]);
    let fault: string | null = null;
    if (!change) fault = namesSeveralOrgs(user);
    else if (leading && !isSame(user.wishes, leading.wishes))
      fault = `Asks for something else than line ${leading.line}; a request is one change.`;
    if (fault !== null) {
      for (const each of user.lines) refuse(each, fault);
      continue;
    }
    if (change) leading ??= { change, line: first.line.line, wishes: user.wishes };
    found.push(first);
    for (const { line } of user.lines) used.push({ line, of: first.line.line });
  }
  return { change: leading?.change ?? null, found, used, faults };
}

function namesSeveralOrgs({ lines, wishes }: UserWishes): string {
  const at = lines.map(({ line }) => line.line).join(", ");
  const names = [...wishes.values()].map(({ name }) => name).join(", ");
  return `The lines ${at} name different organizations for this user: ${names}. Name one.`;
}

function isSame(some: ReadonlyMap<string, RoleRef>, others: ReadonlyMap<string, RoleRef>): boolean {
  return some.size === others.size && [...some.keys()].every((id) => others.has(id));
}

/** `null` for a move to several organizations, which is no change. */
function changeOf(kind: BulkKind, refs: readonly RoleRef[]): Change | null {
  switch (kind) {
    case "deactivate":
    case "activate":
      return { kind };
    case "add_roles":
    case "remove_roles":
      return { kind, roles: refs };
    case "move": {
      const [only, ...others] = refs;
      if (!only || others.length > 0) return null;
      const org: OrgRef = { guid: only.id, name: only.name };
      return { kind, org };
    }
  }
}
