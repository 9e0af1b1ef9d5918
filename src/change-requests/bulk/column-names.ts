import { foldName } from "../../kernel/visible-text.ts";
import type { Column } from "../model/parsed-list.ts";

// The names that Incydr's own SDK and command line read (`incydr` 2.12, `users bulk`), and those under which
// directories export a user. Case, blanks, quotes, `_`, hyphens, `.` and invisible characters make no difference. Ids
// come first.
const NAMES: Readonly<Record<Column, readonly string[]>> = {
  user: [
    ...["userid", "id", "user", "username"],
    ...["email", "mail", "emailaddress", "useremail", "userprincipalname", "upn"],
  ],
  role: ["roleid", "role", "rolename"],
  org: ["orgguid", "org"],
};

/** Which column a name means, and how far it goes before others of the same meaning; `null` for any other name. */
export function columnNamed(name: string): { column: Column; rank: number } | null {
  const folded = foldName(name).replace(/[\s_."'`-]/g, "");
  for (const column of ["user", "role", "org"] as const) {
    const rank = NAMES[column].indexOf(folded);
    if (rank >= 0) return { column, rank };
  }
  return null;
}

/** The different values that a line gives to each column, ids first; blank ones are none. */
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
