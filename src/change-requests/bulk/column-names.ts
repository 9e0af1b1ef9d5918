import { foldName } from "../../kernel/visible-text.ts";
import type { Column } from "../model/parsed-list.ts";

// The column names of Incydr's SDK and command line (`incydr` 2.12, `users bulk`), and of directory exports. Case,
// blanks, quotes, `_`, hyphens, `.` and invisible characters are ignored. Names of ids come first.
const NAMES: Readonly<Record<Column, readonly string[]>> = {
  user: [
    ...["userid", "id", "user", "username"],
    ...["email", "mail", "emailaddress", "useremail", "userprincipalname", "upn"],
  ],
  role: ["roleid", "role", "rolename"],
  org: ["orgguid", "org"],
};

/** The column that a name means, and its rank among names of the same column; `null` for any other name. */
export function columnNamed(name: string): { column: Column; rank: number } | null {
  const folded = foldName(name).replace(/[\s_."'`-]/g, "");
  for (const column of ["user", "role", "org"] as const) {
    const rank = NAMES[column].indexOf(folded);
    if (rank >= 0) return { column, rank };
  }
  return null;
}

/** The different values of a line for each column, ids first, without blank values. */
export function valuesByColumn(cells: readonly (readonly [string, string])[]): Record<Column, string[]> {
  const found = cells
    .flatMap(([name, value]) => {
      const named = columnNamed(name);
      return named && value.trim() !== "" ? [{ ...named, value: value.trim() }] : [];
    })
    .sort((a, b) => a.rank - b.rank);
  const of = (wanted: Column) => {
    const byFolded = new Map<string, string>();
    for (const { column, value } of found) {
      const folded = value.normalize("NFC").toLowerCase();
      if (column === wanted && !byFolded.has(folded)) byFolded.set(folded, value);
    }
    return [...byFolded.values()];
  };
  return { user: of("user"), role: of("role"), org: of("org") };
}
