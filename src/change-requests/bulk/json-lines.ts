import {
  type BulkLine,
  faultAt,
  type LineFault,
  type LineProblem,
  type ParsedList,
} from "../model/parsed-list.ts";
import { columnNamed } from "./column-names.ts";
import { inSlices } from "./in-slices.ts";
import { type ListLine, LONGEST_LINE } from "./list-lines.ts";
import { readLine } from "./read-line.ts";

/** Reads JSON lines: one object per line, whose members have the names of CSV columns. */
export async function readJsonLines(written: readonly ListLine[]): Promise<ParsedList> {
  const lines: BulkLine[] = [];
  const faults: LineFault[] = [];
  for await (const each of inSlices(written, ({ text }) => text.length)) {
    const members = membersOf(each.text);
    const read =
      "kind" in members
        ? faultAt(each.line, each.text, members)
        : readLine(each, members, { namesNobody: "names_nobody", isTable: false });
    if ("who" in read) lines.push(read);
    else faults.push(read);
  }
  return { lines, faults };
}

/** The members that matter for a change, or the problem of the line. */
function membersOf(raw: string): [string, string][] | LineProblem {
  if (raw.length > LONGEST_LINE) return { kind: "too_long", most: LONGEST_LINE };
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return { kind: "no_json" };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { kind: "no_json_object" };
  const twice = memberNamedTwice(raw);
  if (twice !== null) return { kind: "member_twice", name: twice };
  const members: [string, string][] = [];
  for (const [name, member] of Object.entries(value)) {
    if (columnNamed(name) === null || member === null) continue;
    // A JSON number does not keep all digits of an id.
    if (typeof member === "number") return { kind: "member_is_number", name };
    if (typeof member !== "string") return { kind: "member_is_no_text", name };
    members.push([name, member]);
  }
  return members;
}

/**
 * A column name that two members of the outermost object have; `null` if none does. `JSON.parse` keeps only the last of
 * such members. `raw` is valid JSON; names may contain escapes.
 */
function memberNamedTwice(raw: string): string | null {
  const seen = new Set<string>();
  let depth = 0;
  for (let at = 0; at < raw.length; at += 1) {
    const sign = raw[at];
    if (sign === "{" || sign === "[") depth += 1;
    else if (sign === "}" || sign === "]") depth -= 1;
    if (sign !== '"') continue;
    const end = endOfString(raw, at);
    COLON.lastIndex = end;
    if (depth === 1 && COLON.test(raw)) {
      const name = String(JSON.parse(raw.slice(at, end)));
      if (seen.has(name) && columnNamed(name) !== null) return name;
      seen.add(name);
    }
    at = end - 1;
  }
  return null;
}

/** Matches after the name of a member, but not after a value. */
const COLON = /\s*:/y;

/** The position after the string that begins at `start`. */
function endOfString(raw: string, start: number): number {
  let at = start + 1;
  while (at < raw.length && raw[at] !== '"') at += raw[at] === "\\" ? 2 : 1;
  return at + 1;
}
