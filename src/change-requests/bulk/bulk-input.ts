import type { Change } from "../change.ts";
import type { Column } from "./column-names.ts";

/** Kinds of change that a bulk can be. */
export type BulkKind = Exclude<Change["kind"], "replace_roles">;

/** The most subjects that one request is about. */
export const MOST_SUBJECTS = 1_000;
/** The most faults that are kept; of the others the number is kept. */
export const MOST_FAULTS = 1_000;

/** One line of the input that names a subject. */
export interface BulkLine {
  /** Where it stands in the input, from 1. */
  readonly line: number;
  /** As it was written: an id or a username. */
  readonly who: string;
  /** By id or name; `null` where the line names none. */
  readonly role: string | null;
  /** By GUID or name; `null` where the line names none. */
  readonly org: string | null;
  /** A second name that the line gives: it has to name the same user, role or organization. */
  readonly also?: Readonly<Partial<Record<Column, string>>>;
  /** An id beside `who` that a spreadsheet has rounded; it isn't used. */
  readonly roundedId?: string;
}

/** What is wrong with a line of the input; the line is left out. */
export interface LineFault {
  readonly line: number;
  /** What stands there, shortened; empty where that says nothing. */
  readonly text: string;
  /** A sentence. */
  readonly fault: string;
}

/** What was read of the input; every line of it is in one of the two, blank lines and the header apart. */
export interface BulkInput {
  readonly lines: readonly BulkLine[];
  readonly faults: readonly LineFault[];
}

/** A line's fault, with at most so much of its text as a list has room for. */
export function faultAt(line: number, text: string, fault: string): LineFault {
  return { line, text: excerpt(text), fault };
}

/** The first faults by line, at most `MOST_FAULTS`, and the number of the others. */
export function firstFaults(faults: readonly LineFault[]): { faults: LineFault[]; moreFaults: number } {
  const sorted = faults.toSorted((a, b) => a.line - b.line);
  return { faults: sorted.slice(0, MOST_FAULTS), moreFaults: Math.max(0, sorted.length - MOST_FAULTS) };
}

const LONGEST_TEXT = 80;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The beginning of a text, cut between graphemes; PostgreSQL stores neither NUL nor half a surrogate pair. */
function excerpt(text: string): string {
  const start = text.trimStart().slice(0, 4 * LONGEST_TEXT);
  const shown = start.trimEnd().toWellFormed().replaceAll("\0", "\uFFFD");
  if (shown.length <= LONGEST_TEXT) return shown;
  // The segmenter takes longer than everything else together, and letters of ASCII are graphemes.
  if (/^[\x20-\x7E]{2}$/.test(shown.slice(LONGEST_TEXT - 1, LONGEST_TEXT + 1)))
    return `${shown.slice(0, LONGEST_TEXT)}…`;
  const { index } = graphemes.segment(shown).containing(LONGEST_TEXT) ?? { index: LONGEST_TEXT };
  return `${shown.slice(0, index || LONGEST_TEXT).toWellFormed()}…`;
}
