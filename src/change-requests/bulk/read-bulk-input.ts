import { BulkFileError } from "../model/bulk-draft.ts";
import {
  type BulkInput,
  type BulkLine,
  faultAt,
  type LineFault,
  MOST_SUBJECTS,
  sizeOfLine,
} from "../model/bulk-input.ts";
import { readCsvLines } from "./csv-lines.ts";
import { inSlices } from "./in-slices.ts";
import { readJsonLines } from "./json-lines.ts";
import { MOST_LINES, nonBlankLines } from "./list-lines.ts";

/**
 * Reads whom a bulk is about: pasted names, one a line; CSV with a header; or JSON lines. Each line that isn't
 * blank is the header, names a user, or is a fault with its number. The event loop is free after each slice.
 * @throws {BulkFileError} if the list has more lines than are read.
 */
export async function readBulkInput(text: string, mostSubjects = MOST_SUBJECTS): Promise<BulkInput> {
  const { lines: written, count } = nonBlankLines(text.startsWith("\uFEFF") ? text.slice(1) : text);
  if (count > MOST_LINES) {
    throw new BulkFileError(
      `The list has ${count} lines, and at most ${MOST_LINES} are read. A request is about at most ${mostSubjects} users: split the list.`,
    );
  }
  const isJson = written[0]?.text.trimStart().startsWith("{") ?? false;
  const { lines, faults } = isJson ? await readJsonLines(written) : await readCsvLines(written);
  const { first, repeated } = await withoutDuplicates(lines);
  const { within, beyond } = await withinLimit(first, mostSubjects);
  return { lines: within, faults: [...faults, ...repeated, ...beyond].sort((a, b) => a.line - b.line) };
}

/** A user may stand there once for each role; the same again says nothing new. */
async function withoutDuplicates(
  lines: readonly BulkLine[],
): Promise<{ first: BulkLine[]; repeated: LineFault[] }> {
  const seen = new Map<string, number>();
  const first: BulkLine[] = [];
  const repeated: LineFault[] = [];
  for await (const each of inSlices(lines, sizeOfLine)) {
    const { who, role, org, also = {}, doubtfulId } = each;
    const said = [who, role, org, also.user, also.role, also.org, doubtfulId];
    const key = JSON.stringify(said.map((text) => folded(text ?? "")));
    const earlier = seen.get(key);
    if (earlier === undefined) {
      seen.set(key, each.line);
      first.push(each);
    } else repeated.push(faultAt(each.line, each.who, `The same as line ${earlier}.`));
  }
  return { first, repeated };
}

async function withinLimit(
  lines: readonly BulkLine[],
  most: number,
): Promise<{ within: BulkLine[]; beyond: LineFault[] }> {
  const users = new Set<string>();
  const within: BulkLine[] = [];
  const beyond: LineFault[] = [];
  for await (const each of inSlices(lines, sizeOfLine)) {
    if (users.size === most && !users.has(folded(each.who))) {
      beyond.push(faultAt(each.line, each.who, `Over the limit: a request is about at most ${most} users.`));
      continue;
    }
    users.add(folded(each.who));
    within.push(each);
  }
  return { within, beyond };
}

function folded(text: string): string {
  return text.normalize("NFC").toLowerCase();
}
