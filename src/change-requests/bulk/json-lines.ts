import { type BulkInput, type BulkLine, faultAt, type LineFault } from "./bulk-input.ts";
import { columnNamed } from "./column-names.ts";
import { inSlices } from "./in-slices.ts";
import { type ListLine, LONGEST_LINE } from "./list-lines.ts";
import { readLine } from "./read-line.ts";

/** Reads JSON lines: an object a line, whose members are named as the columns of CSV are. */
export async function readJsonLines(written: readonly ListLine[]): Promise<BulkInput> {
  const lines: BulkLine[] = [];
  const faults: LineFault[] = [];
  for await (const each of inSlices(written, ({ text }) => text.length)) {
    const members = membersOf(each.text);
    const read =
      typeof members === "string"
        ? faultAt(each.line, each.text, members)
        : readLine(each, members, "Names no user.");
    if ("who" in read) lines.push(read);
    else faults.push(read);
  }
  return { lines, faults };
}

/** The members of an object that say something of a change, or what is wrong with the line. */
function membersOf(raw: string): [string, string][] | string {
  if (raw.length > LONGEST_LINE) return `Is longer than ${LONGEST_LINE} characters.`;
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return "Is not JSON.";
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "Is not a JSON object.";
  const members: [string, string][] = [];
  for (const [name, member] of Object.entries(value)) {
    if (columnNamed(name) === null || member === null) continue;
    // An id has more digits than a number of JSON keeps.
    if (typeof member === "number") return `“${name}” has to be text, in quotes: a number may lose digits.`;
    if (typeof member !== "string") return `“${name}” has to be text.`;
    // Of a member that stands there twice JSON.parse keeps the last.
    if (timesNamed(raw, JSON.stringify(name)) > 1) return `“${name}” stands there twice.`;
    members.push([name, member]);
  }
  return members;
}

/** How often a member of this quoted name stands in a line of JSON. */
function timesNamed(raw: string, quotedName: string): number {
  const [, ...behind] = raw.split(quotedName);
  return behind.filter((rest) => rest.trimStart().startsWith(":")).length;
}
