import type { Change } from "../change.ts";

/** Kinds of change that a bulk can be. */
export type BulkKind = Exclude<Change["kind"], "replace_roles">;

/** The most subjects that one request is about. */
export const MOST_SUBJECTS = 1_000;

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
}

/** What is wrong with a line of the input; the line is left out. */
export interface LineFault {
  readonly line: number;
  /** What stands there, shortened; empty where that says nothing. */
  readonly text: string;
  /** A sentence. */
  readonly fault: string;
}

/** What was read of the input; every line of it is in one of the two, blank lines apart. */
export interface BulkInput {
  readonly lines: readonly BulkLine[];
  readonly faults: readonly LineFault[];
}

/** A line's fault, with at most so much of its text as a list has room for. */
export function faultAt(line: number, text: string, fault: string): LineFault {
  const shown = text.trim();
  return { line, text: shown.length > LONGEST_TEXT ? `${shown.slice(0, LONGEST_TEXT)}…` : shown, fault };
}

const LONGEST_TEXT = 80;
