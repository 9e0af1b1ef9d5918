import { shortened } from "../../kernel/shortened.ts";
import type { TypedUserFault, UserFault } from "../../subjects/index.ts";
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

/** Why a line of the input is left out. It is stored with the reading, so that kinds stay. */
export type LineProblem =
  /** It says nothing that line `of` doesn't say; `cell_of`: it belongs to a cell that begins there. */
  | { readonly kind: "repeated" | "user_repeated" | "cell_of"; readonly of: number }
  | { readonly kind: "over_limit"; readonly most: number }
  | { readonly kind: "too_long"; readonly most: number }
  | { readonly kind: "no_json" | "no_json_object" }
  /** A member of a JSON object. */
  | { readonly kind: "member_twice" | "member_is_number" | "member_is_no_text"; readonly name: string }
  | { readonly kind: "misquoted" | "quote_never_closed" | "several_cells" | "columns_unknown" }
  | { readonly kind: "too_many_cells"; readonly cells: number; readonly columns: number }
  | { readonly kind: "names_nobody" | "user_cell_blank" | "mention" }
  | { readonly kind: "user_unreadable"; readonly fault: TypedUserFault }
  | { readonly kind: "value_unreadable"; readonly column: Column }
  | { readonly kind: "value_too_long"; readonly column: Column; readonly most: number }
  /** An id that a spreadsheet has rounded, or may have. */
  | { readonly kind: "id_rounded" | "id_doubtful"; readonly id: string }
  /** Values of a column that don't mean the same; the first three are named. */
  | { readonly kind: "names_several"; readonly column: Column; readonly values: readonly string[] }
  | { readonly kind: "user_unknown"; readonly fault: UserFault }
  /** A second name of the user; without a fault it was not looked up. */
  | { readonly kind: "second_user_unknown"; readonly who: string; readonly fault: UserFault | null }
  /** Names of two users; `username`: of the first one. */
  | { readonly kind: "two_users"; readonly names: readonly string[]; readonly username: string | null }
  | { readonly kind: "user_not_read" }
  | { readonly kind: "no_role" | "no_org" | "role_list_incomplete" }
  | {
      readonly kind:
        | "role_unknown"
        | "role_ambiguous"
        | "org_list_incomplete"
        | "org_unknown"
        | "org_ambiguous"
        | "org_inactive";
      readonly name: string;
    }
  /** It asks for another change than line `of`, which the request is made of. */
  | { readonly kind: "another_change"; readonly of: number }
  /** Lines of one user, or one line alone, name these organizations. */
  | { readonly kind: "several_orgs"; readonly lines: readonly number[]; readonly orgs: readonly string[] };

/** A line of the input that is left out. */
export interface LineFault {
  readonly line: number;
  /** What stands there, shortened; empty where that says nothing. */
  readonly text: string;
  /** A sentence, where an earlier version stored it. */
  readonly fault: LineProblem | string;
}

/** The lines that were read. Every line is in one of the two lists, but for blank lines and the header. */
export interface ParsedList {
  readonly lines: readonly BulkLine[];
  readonly faults: readonly LineFault[];
}

/** A line's fault, with at most so much of its text as a list has room for. */
export function faultAt(line: number, text: string, fault: LineProblem): LineFault {
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
