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

/** One change for all of them, and the lines that ask for another one or for none. */
export interface WantedChange {
  /** `null` when no line says one that can be made. */
  readonly change: Change | null;
  /** Each user once, where they stand first. */
  readonly found: readonly FoundLine[];
  readonly faults: readonly LineFault[];
}

/**
 * The one change that the lines ask for: the roles or the organization of the first user of them all. A request
 * is one change, so whoever asks for something else is a fault of their line.
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

/** Puts the lines of each user together, and holds everybody's wishes against the first one's. */
function agreed(
  kind: BulkKind,
  lines: readonly FoundLine[],
  wish: (line: FoundLine) => readonly RoleRef[] | string,
): WantedChange {
  const faults: LineFault[] = [];
  const users = new Map<string, { first: FoundLine; wishes: Map<string, RoleRef> }>();
  for (const each of lines) {
    const { line, facts } = each;
    const refs = wish(each);
    if (typeof refs === "string") {
      faults.push(faultAt(line.line, line.who, refs));
      continue;
    }
    const user = users.get(facts.userId);
    if (user && refs.every(({ id }) => user.wishes.has(id))) {
      faults.push(faultAt(line.line, line.who, `The same user as in line ${user.first.line.line}.`));
      continue;
    }
    const wishes = new Map([...(user?.wishes ?? []), ...refs.map((ref) => [ref.id, ref] as const)]);
    users.set(facts.userId, { first: user?.first ?? each, wishes });
  }
  const [leading, ...others] = users.values();
  if (!leading) return { change: null, found: [], faults };
  const found = [leading.first];
  for (const { first, wishes } of others) {
    const isSame =
      wishes.size === leading.wishes.size && [...wishes.keys()].every((id) => leading.wishes.has(id));
    if (isSame) found.push(first);
    else
      faults.push(
        faultAt(
          first.line.line,
          first.line.who,
          `Asks for something else than line ${leading.first.line.line}; a request is one change.`,
        ),
      );
  }
  return { change: changeOf(kind, [...leading.wishes.values()]), found, faults };
}

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
