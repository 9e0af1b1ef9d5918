import { shortened } from "../../kernel/shortened.ts";
import type { Change } from "./change.ts";

/** The most subjects that one request is about. */
export const MOST_SUBJECTS = 1_000;

/** The most lines of a list that are read, blank lines apart. */
export const MOST_LIST_LINES = 10_000;

/** The most faults that are kept of a list; of the others the number is kept. */
export const MOST_LINE_FAULTS = 1_000;

/** Kinds of change that a bulk can be. */
export type BulkKind = Exclude<Change["kind"], "replace_roles">;

/** The part of a change that a column, or a member of a JSON line, names. */
export type Column = "user" | "role" | "org";

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
  /** An id beside `who` whose last digits are zeros: a spreadsheet may have rounded it. The look-up tells. */
  readonly doubtfulId?: string;
}

/** The characters of a line that are folded and compared. */
export function sizeOfLine({ who, role, org, also = {} }: BulkLine): number {
  return [who, role, org, also.user, also.role, also.org].reduce((sum, text) => sum + (text?.length ?? 0), 0);
}

/** What is wrong with a line of the input; the line is left out. */
export interface LineFault {
  readonly line: number;
  /** What stands there, shortened; empty where that says nothing. */
  readonly text: string;
  /** A sentence. */
  readonly fault: string;
}

/** The lines that were read. Every line is in one of the two lists, but for blank lines and the header. */
export interface ParsedList {
  readonly lines: readonly BulkLine[];
  readonly faults: readonly LineFault[];
}

/** A line's fault, with at most so much of its text as a list has room for. */
export function faultAt(line: number, text: string, fault: string): LineFault {
  // The shortened text needs no more of a line that may be long.
  return { line, text: shortened(text.slice(0, 8 * LONGEST_TEXT).trim(), LONGEST_TEXT), fault };
}

/** The first faults by line, at most `MOST_LINE_FAULTS`, and the number of the others. */
export function firstFaults(faults: readonly LineFault[]): { faults: LineFault[]; moreFaults: number } {
  const sorted = faults.toSorted((a, b) => a.line - b.line);
  return {
    faults: sorted.slice(0, MOST_LINE_FAULTS),
    moreFaults: Math.max(0, sorted.length - MOST_LINE_FAULTS),
  };
}

/** UTF-16 units, with the sign of what is missing. */
const LONGEST_TEXT = 81;
