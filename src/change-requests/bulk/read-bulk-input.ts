import { type BulkInput, type BulkLine, faultAt, type LineFault, MOST_SUBJECTS } from "./bulk-input.ts";
import { readCsvLines } from "./csv-lines.ts";
import { readJsonLines } from "./json-lines.ts";

/**
 * Reads whom a bulk is about: pasted names, one a line; CSV with a header; or JSON lines. Nothing is guessed
 * and nothing is dropped silently: a line that can't be used is a fault with its number.
 */
export function readBulkInput(text: string, mostSubjects = MOST_SUBJECTS): BulkInput {
  const plain = text.replace(/^\uFEFF/, "");
  const { lines, faults } = /^\s*\{/.test(plain) ? readJsonLines(plain) : readCsvLines(plain);
  const { first, repeated } = withoutDuplicates(lines);
  const { within, beyond } = withinLimit(first, mostSubjects);
  return { lines: within, faults: [...faults, ...repeated, ...beyond].sort((a, b) => a.line - b.line) };
}

/**
 * The text of an uploaded file: UTF-8, or UTF-16 with a byte order mark, as spreadsheets write it; `null` for
 * anything else.
 */
export function decodeText(bytes: Uint8Array): string | null {
  const encoding = { "255 254": "utf-16le", "254 255": "utf-16be" }[bytes.subarray(0, 2).join(" ")];
  try {
    const text = new TextDecoder(encoding ?? "utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}

/** A user may stand there once for each role; the same again says nothing new. */
function withoutDuplicates(lines: readonly BulkLine[]): { first: BulkLine[]; repeated: LineFault[] } {
  const seen = new Map<string, number>();
  const first: BulkLine[] = [];
  const repeated: LineFault[] = [];
  for (const each of lines) {
    const key = JSON.stringify([each.who, each.role ?? "", each.org ?? ""].map(folded));
    const earlier = seen.get(key);
    if (earlier === undefined) {
      seen.set(key, each.line);
      first.push(each);
    } else repeated.push(faultAt(each.line, each.who, `The same as line ${earlier}.`));
  }
  return { first, repeated };
}

function withinLimit(lines: readonly BulkLine[], most: number): { within: BulkLine[]; beyond: LineFault[] } {
  const users = new Set<string>();
  const within: BulkLine[] = [];
  const beyond: LineFault[] = [];
  for (const each of lines) {
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
