import { readTypedUser } from "../../subjects/index.ts";
import {
  type BulkLine,
  type Column,
  faultAt,
  type LineFault,
  type LineProblem,
} from "../model/parsed-list.ts";
import { valuesByColumn } from "./column-names.ts";

/** Longer than any address (RFC 5321 allows 254 characters) and any name of a role or organization. */
const LONGEST_VALUE = 320;
/** The number of digits that a spreadsheet keeps of a number. */
const DIGITS_KEPT = 15;

/**
 * Reads the user, role and organization of a line, or its fault. `namesNobody` is the problem of a line without a user.
 * In a table (`isTable`), an id that ends with zeros is doubtful: a spreadsheet may have rounded it.
 */
export function readLine(
  { line, text }: { readonly line: number; readonly text: string },
  cells: readonly (readonly [string, string])[],
  {
    namesNobody,
    isTable,
  }: { readonly namesNobody: "names_nobody" | "user_cell_blank"; readonly isTable: boolean },
): BulkLine | LineFault {
  const values = valuesByColumn(cells);
  const unusable = unusableValue(values);
  if (unusable) return faultAt(line, text, unusable);
  const [rounded] = values.user.filter(isRounded);
  const [doubtful, ...moreDoubtful] = isTable ? values.user.filter(mayBeRounded) : [];
  if (doubtful !== undefined && moreDoubtful.length > 0)
    return faultAt(line, text, namesSeveral("user", [doubtful, ...moreDoubtful]));
  const exact = exactUsers(values.user.filter((value) => !isRounded(value) && value !== doubtful));
  if ("fault" in exact) return faultAt(line, text, exact.fault);
  const [who, ...others] = exact.users;
  if (who === undefined) {
    if (rounded !== undefined) return faultAt(line, text, { kind: "id_rounded", id: rounded });
    if (doubtful !== undefined) return faultAt(line, text, { kind: "id_doubtful", id: doubtful });
    return faultAt(line, text, { kind: namesNobody });
  }
  const clash = clashOf({ ...values, user: [who, ...others] });
  if (clash) return faultAt(line, text, clash);
  const also = second({ ...values, user: [who, ...others] });
  const { role, org } = values;
  return {
    ...{ line, who, role: role[0] ?? null, org: org[0] ?? null },
    ...(Object.keys(also).length > 0 ? { also } : {}),
    ...(rounded === undefined ? {} : { roundedId: rounded }),
    ...(doubtful === undefined ? {} : { doubtfulId: doubtful }),
  };
}

/** The different users that the cells name, or the fault of the first unreadable cell. */
function exactUsers(cells: readonly string[]): { users: string[] } | { fault: LineProblem } {
  const byFolded = new Map<string, string>();
  for (const cell of cells) {
    const read = readTypedUser(withoutTextMark(cell));
    if ("fault" in read) return { fault: { kind: "user_unreadable", fault: read.fault } };
    // For a mention, Incydr would answer that no such user exists.
    if (read.who.startsWith("<@")) return { fault: { kind: "mention" } };
    const folded = read.who.normalize("NFC").toLowerCase();
    if (!byFolded.has(folded)) byFolded.set(folded, read.who);
  }
  return { users: [...byFolded.values()] };
}

/** Whether this is a spreadsheet's notation of a number of more than 15 digits. */
function isRounded(value: string): boolean {
  if (/^\d+(?:[.,]\d+)?e\+\d{1,3}$/i.test(value) || /^\d[.,]\d+e\d{1,3}$/i.test(value)) return true;
  if (/^\d{1,3}(?:[ ,.'\u00A0\u202F]\d{3}){5,6}$/.test(value)) return true;
  const digits = /^(\d{16,20})[.,]0{1,3}$/.exec(value)?.[1];
  return digits !== undefined && mayBeRounded(digits);
}

/** Whether all digits that a spreadsheet would round are zeros. A few real ids end with zeros too. */
function mayBeRounded(value: string): boolean {
  return /^\d{16,20}$/.test(value) && /^0+$/.test(value.slice(DIGITS_KEPT));
}

/** Spreadsheets mark digits as text with an apostrophe or with `="…"`. */
function withoutTextMark(value: string): string {
  return /^(?:'|=")(\d{5,20})"?$/.exec(value)?.[1] ?? value;
}

function unusableValue(values: Readonly<Record<Column, readonly string[]>>): LineProblem | null {
  for (const column of ["user", "role", "org"] as const) {
    for (const value of values[column]) {
      if (!value.isWellFormed() || /[\p{Cc}\uFFFD]/u.test(value)) return { kind: "value_unreadable", column };
      if (value.length > LONGEST_VALUE) return { kind: "value_too_long", column, most: LONGEST_VALUE };
    }
  }
  return null;
}

/** The problem of two names or two ids of users, or of three values: only an id and a name can mean the same. */
function clashOf(values: Readonly<Record<Column, readonly string[]>>): LineProblem | null {
  const [one = "", two, three] = values.user;
  const isOneById = two !== undefined && isId(one) !== isId(two);
  if (two !== undefined && (three !== undefined || !isOneById)) return namesSeveral("user", values.user);
  for (const column of ["role", "org"] as const) {
    if (values[column].length > 2) return namesSeveral(column, values[column]);
  }
  return null;
}

export function namesSeveral(column: Column, values: readonly string[]): LineProblem {
  return { kind: "names_several", column, values: values.slice(0, 3) };
}

function second(values: Readonly<Record<Column, readonly string[]>>): Partial<Record<Column, string>> {
  const also: Partial<Record<Column, string>> = {};
  for (const column of ["user", "role", "org"] as const) {
    const [, value] = values[column];
    if (value !== undefined) also[column] = value;
  }
  return also;
}

function isId(value: string): boolean {
  return /^\d{5,}$/.test(value);
}
