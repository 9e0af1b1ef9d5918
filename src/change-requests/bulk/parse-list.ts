import { BulkFileError } from "../model/bulk-draft.ts";
import { MOST_LIST_LINES, MOST_SUBJECTS } from "../model/bulk-limits.ts";
import { type BulkLine, faultAt, type LineFault, type ParsedList, sizeOfLine } from "../model/parsed-list.ts";
import { readCsvLines } from "./csv-lines.ts";
import { inSlices } from "./in-slices.ts";
import { readJsonLines } from "./json-lines.ts";
import { nonBlankLines } from "./list-lines.ts";

/**
 * Reads the list of a bulk: one name per line, CSV with a header, or JSON lines. Each non-blank line is the header,
 * names a user, or is a fault. Other work runs after each slice.
 * @throws {BulkFileError} if the list has too many lines.
 */
export async function parseList(text: string, mostSubjects = MOST_SUBJECTS): Promise<ParsedList> {
  const { lines: written, count } = nonBlankLines(text.startsWith("\uFEFF") ? text.slice(1) : text);
  if (count > MOST_LIST_LINES) {
    throw new BulkFileError({ kind: "too_many_lines", count, most: MOST_LIST_LINES, mostSubjects });
  }
  const isJson = written[0]?.text.trimStart().startsWith("{") ?? false;
  const { lines, faults } = isJson ? await readJsonLines(written) : await readCsvLines(written);
  const { first, repeated } = await withoutDuplicates(lines);
  const { within, beyond } = await withinLimit(first, mostSubjects);
  return { lines: within, faults: [...faults, ...repeated, ...beyond].sort((a, b) => a.line - b.line) };
}

/** Removes lines that repeat an earlier line. A user may have one line for each role. */
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
    } else repeated.push(faultAt(each.line, each.who, { kind: "repeated", of: earlier }));
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
      beyond.push(faultAt(each.line, each.who, { kind: "over_limit", most }));
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

/** The beginnings of files that are no lists: PDF, rich text, XML, and Excel's `.xlsx` (a ZIP archive). */
const NO_LISTS = ["%PDF-", "{\\rtf", "<?xml", "PK\u0003\u0004"];
/** In a text file, at most one in this many characters is unreadable. */
const READABLE = 10;

/**
 * Decodes a file in UTF-8, or in UTF-16 with a byte order mark; `null` if it is no text. Bytes that are no UTF-8 become
 * U+FFFD, which is a fault in a name.
 */
export function decodeText(bytes: Uint8Array): string | null {
  const encoding = { "255 254": "utf-16le", "254 255": "utf-16be" }[bytes.subarray(0, 2).join(" ")];
  const text = new TextDecoder(encoding ?? "utf-8").decode(bytes);
  if (NO_LISTS.some((beginning) => text.startsWith(beginning))) return null;
  return unreadable(text) * READABLE > text.length ? null : text;
}

/** The number of control characters (except line ends and tabs) and replacement characters. */
function unreadable(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0xfffd || (code < 0x20 && (code < 0x09 || code > 0x0d))) count += 1;
  }
  return count;
}
