import { type ListLine, LONGEST_LINE } from "./list-lines.ts";

/** A cell, trimmed and unquoted. */
export interface Cell {
  readonly text: string;
  /** Whether a quote is where CSV allows none; `text` then has the quotes as written. */
  readonly isMisquoted: boolean;
}

/** The cells of one line, or of several lines if a quoted cell contains line breaks. */
export interface CsvRow {
  readonly kind: "row";
  /** The first line's number. */
  readonly line: number;
  /** The first line as written. */
  readonly text: string;
  readonly cells: readonly Cell[];
  /** Whether a quote after `cells` is never closed, so that the number of further cells is unknown. */
  readonly isOpen: boolean;
  /** Whether the line is longer than `LONGEST_LINE`, so that no cell was read. */
  readonly isTooLong: boolean;
}

/** A further line of a row, which has no own user. */
export interface CsvContinuation extends ListLine {
  readonly kind: "continuation";
  /** The number of the row's first line. */
  readonly of: number;
}

const QUOTE = '"';

/**
 * Reads lines as CSV (RFC 4180), in linear time. A row continues on further lines only if its open quote is closed
 * there as CSV demands. Otherwise the quote is a part of the text of its line, and the next line begins a row.
 * `csv-parse` isn't used, because it reads all lines after an open quote as one cell (docs/adr/0012).
 */
export function* csvRows(lines: readonly ListLine[], delimiter: string): Generator<CsvRow | CsvContinuation> {
  for (let index = 0; index < lines.length; index += 1) {
    const first = lines[index];
    if (!first) return;
    const cells: Cell[] = [];
    const continuedOn: ListLine[] = [];
    const isTooLong = first.text.length > LONGEST_LINE;
    let text = first.text;
    let length = text.length;
    let open = isTooLong ? null : readCells(text, 0, delimiter, cells);
    // The bound keeps a row of many long lines from blocking the process.
    while (open !== null && length <= LONGEST_LINE) {
      const end = closingLine(lines, index + 1, delimiter);
      if (!end) break;
      const further = lines.slice(index + 1, end.index + 1);
      const within = further.slice(0, -1).map((each) => each.text);
      const parts = [text.slice(open + 1), ...within, end.text.slice(0, end.close)];
      cells.push({ text: withoutDoubling(parts.join("\n")), isMisquoted: false });
      // These lines belong to the closed cell, so no line is read twice.
      for (const each of further) continuedOn.push(each);
      index = end.index;
      text = end.text;
      length += text.length;
      open = end.after === text.length ? null : readCells(text, end.after + 1, delimiter, cells);
    }
    yield { kind: "row", line: first.line, text: first.text, cells, isOpen: open !== null, isTooLong };
    for (const each of continuedOn) yield { kind: "continuation", ...each, of: first.line };
  }
}

export function cellsOf(text: string, delimiter: string): readonly Cell[] {
  const cells: Cell[] = [];
  if (text.length <= LONGEST_LINE) readCells(text, 0, delimiter, cells);
  return cells;
}

/** Adds the cells from `from` on. Returns the position of a quote that is not closed on this line, or `null`. */
function readCells(text: string, from: number, delimiter: string, cells: Cell[]): number | null {
  for (let at = from; ; at += 1) {
    const start = skipBlanks(text, at, delimiter);
    const isQuoted = text[start] === QUOTE;
    const close = isQuoted ? closingQuote(text, start + 1) : start;
    if (close === -1) return start;
    const after = isQuoted ? skipBlanks(text, close + 1, delimiter) : close;
    if (isQuoted && endsCell(text, after, delimiter)) {
      cells.push({ text: withoutDoubling(text.slice(start + 1, close)), isMisquoted: false });
      at = after;
    } else {
      const next = text.indexOf(delimiter, after);
      at = next === -1 ? text.length : next;
      const written = text.slice(start, at).trim();
      // Excel writes digits that it keeps as text as `="…"`.
      cells.push({ text: written, isMisquoted: written.includes(QUOTE) && !/^="[^"]*"$/.test(written) });
    }
    if (at === text.length) return null;
  }
}

/** The line that closes an open quote as CSV demands; `null` if a misplaced quote or the end comes first. */
function closingLine(lines: readonly ListLine[], from: number, delimiter: string) {
  for (let index = from; index < lines.length; index += 1) {
    const text = lines[index]?.text ?? "";
    if (text.length > LONGEST_LINE) return null;
    const close = closingQuote(text, 0);
    if (close === -1) continue;
    const after = skipBlanks(text, close + 1, delimiter);
    return endsCell(text, after, delimiter) ? { index, text, close, after } : null;
  }
  return null;
}

/** The position of the next quote that is not doubled; -1 if there is none. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf(QUOTE, from);
  while (at !== -1 && text[at + 1] === QUOTE) at = text.indexOf(QUOTE, at + 2);
  return at;
}

function endsCell(text: string, at: number, delimiter: string): boolean {
  return at === text.length || text[at] === delimiter;
}

function skipBlanks(text: string, from: number, delimiter: string): number {
  let at = from;
  while (at < text.length && text[at] !== delimiter && " \t\u00A0\uFEFF".includes(text[at] ?? "")) at += 1;
  return at;
}

function withoutDoubling(text: string): string {
  return text.replaceAll('""', QUOTE).trim();
}
