import { MOST_LIST_LINES } from "../model/bulk-limits.ts";

/** A line that is not blank. */
export interface ListLine {
  /** Its number in the list, from 1; blank lines count. */
  readonly line: number;
  readonly text: string;
}

/** The longest line that is read, in UTF-16 units. */
export const LONGEST_LINE = 10_000;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

/** Splits a list at LF, CR LF or CR. `count` counts the non-blank lines; `lines` has the first `MOST_LIST_LINES`. */
export function nonBlankLines(text: string): { lines: ListLine[]; count: number } {
  const lines: ListLine[] = [];
  let count = 0;
  let line = 1;
  let start = 0;
  let isBlank = true;
  // `split` would make a million strings from a file of line ends.
  for (let at = 0; at <= text.length; at += 1) {
    const code = at === text.length ? LINE_FEED : text.charCodeAt(at);
    if (code !== LINE_FEED && code !== CARRIAGE_RETURN) {
      if (code !== SPACE && code !== TAB) isBlank = false;
      continue;
    }
    if (!isBlank && count < MOST_LIST_LINES) {
      const written = text.slice(start, at);
      if (written.trim() !== "") {
        lines.push({ line, text: written });
        count += 1;
      }
    } else if (!isBlank) count += 1;
    if (code === CARRIAGE_RETURN && text.charCodeAt(at + 1) === LINE_FEED) at += 1;
    line += 1;
    start = at + 1;
    isBlank = true;
  }
  return { lines, count };
}
