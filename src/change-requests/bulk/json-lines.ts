import { type BulkInput, type BulkLine, faultAt, type LineFault } from "./bulk-input.ts";
import { readColumns } from "./column-names.ts";

/** Reads JSON lines: an object a line, whose members are named as the columns of CSV are. */
export function readJsonLines(text: string): BulkInput {
  const lines: BulkLine[] = [];
  const faults: LineFault[] = [];
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = index + 1;
    if (raw.trim() === "") continue;
    const members = membersOf(raw);
    if (typeof members === "string") {
      faults.push(faultAt(line, raw, members));
      continue;
    }
    const { user, role = null, org = null } = readColumns(members);
    if (user === undefined) faults.push(faultAt(line, raw, "Names no user."));
    else lines.push({ line, who: user, role, org });
  }
  return { lines, faults };
}

/** The members of an object, or what is wrong with the line. */
function membersOf(raw: string): [string, string][] | string {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return "Is not JSON.";
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "Is not a JSON object.";
  const members: [string, string][] = [];
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === "string") members.push([name, member]);
    // An id has more digits than a number of JSON keeps.
    else if (typeof member === "number")
      return `“${name}” has to be text, in quotes: a number may lose digits.`;
  }
  return members;
}
