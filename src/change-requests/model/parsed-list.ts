import { shortened } from "../../kernel/shortened.ts";
import type { TypedUserFault, UserFault } from "../../subjects/index.ts";
import { MOST_LINE_FAULTS } from "./bulk-limits.ts";
import type { Change } from "./change.ts";

/** The kinds of change that a bulk can be. */
export type BulkKind = Exclude<Change["kind"], "replace_roles">;

/** The part of a change that a column, or a member of a JSON line, gives. */
export type Column = "user" | "role" | "org";

/** A line of the input that names a user. */
export interface BulkLine {
  /** The line's number in the input, from 1. */
  readonly line: number;
  /** The id or username as written. */
  readonly who: string;
  /** A name or id; `null` if the line gives none. */
  readonly role: string | null;
  /** A name or GUID; `null` if the line gives none. */
  readonly org: string | null;
  /** A second name in the line, which has to mean the same user, role or organization. */
  readonly also?: Readonly<Partial<Record<Column, string>>>;
  /** An id beside `who` that a spreadsheet has rounded. It is not used. */
  readonly roundedId?: string;
  /** An id beside `who` whose last digits are zeros, perhaps by rounding. The look-up decides. */
  readonly doubtfulId?: string;
}

/** The characters of a line that are folded and compared. */
export function sizeOfLine({ who, role, org, also = {} }: BulkLine): number {
  return [who, role, org, also.user, also.role, also.org].reduce((sum, text) => sum + (text?.length ?? 0), 0);
}

/** The problem of a line. It is stored with the dry run, so the kinds stay. */
export type LineProblem =
  /** The line repeats line `of`; `cell_of`: it belongs to a cell that begins there. */
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
  /** Different values for one column; the first three. */
  | { readonly kind: "names_several"; readonly column: Column; readonly values: readonly string[] }
  | { readonly kind: "user_unknown"; readonly fault: UserFault }
  /** A second name of the user; `fault` is `null` without a look-up. */
  | { readonly kind: "second_user_unknown"; readonly who: string; readonly fault: UserFault | null }
  /** Names of two users; `username` is the first user's. */
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
  /** The line requests another change than line `of`, from which the request is made. */
  | { readonly kind: "another_change"; readonly of: number }
  /** One user is to be moved to several organizations. */
  | { readonly kind: "several_orgs"; readonly lines: readonly number[]; readonly orgs: readonly string[] };

export interface LineFault {
  readonly line: number;
  /** The line's text, shortened; empty if it has no visible text. */
  readonly text: string;
  /** A string is a sentence that an earlier version stored. */
  readonly fault: LineProblem | string;
}

/** Each line is in one of the two lists, except blank lines and the header. */
export interface ParsedList {
  readonly lines: readonly BulkLine[];
  readonly faults: readonly LineFault[];
}

/** The fault of a line, with its shortened text. */
export function faultAt(line: number, text: string, fault: LineProblem): LineFault {
  // A line may be very long, and `shortened` reads all of its input.
  return { line, text: shortened(text.slice(0, 8 * LONGEST_TEXT).trim(), LONGEST_TEXT), fault };
}

/** The first `MOST_LINE_FAULTS` faults by line, and the number of the others. */
export function firstFaults(faults: readonly LineFault[]): { faults: LineFault[]; moreFaults: number } {
  const sorted = faults.toSorted((a, b) => a.line - b.line);
  return {
    faults: sorted.slice(0, MOST_LINE_FAULTS),
    moreFaults: Math.max(0, sorted.length - MOST_LINE_FAULTS),
  };
}

/** The most text that is stored of a faulty line, in UTF-16 units, including the ellipsis. */
const LONGEST_TEXT = 81;
