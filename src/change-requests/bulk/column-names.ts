/** What a column, or a member of a JSON line, says of a change. */
export type Column = "user" | "role" | "org";

// The names that Incydr's own SDK and command line read (`incydr` 2.12, `users bulk`); ids come first, since
// they can't be mistaken. Case, blanks around them, `_` and `-` make no difference.
const NAMES: Readonly<Record<Column, readonly string[]>> = {
  user: ["userid", "id", "user", "username"],
  role: ["roleid", "role", "rolename"],
  org: ["orgguid", "org"],
};

/** Which column a name means, and how far it goes before others of the same meaning; `null` for any other name. */
export function columnNamed(name: string): { column: Column; rank: number } | null {
  const folded = name.trim().toLowerCase().replace(/[_-]/g, "");
  for (const column of ["user", "role", "org"] as const) {
    const rank = NAMES[column].indexOf(folded);
    if (rank >= 0) return { column, rank };
  }
  return null;
}

/**
 * The values that a line gives to each column: where several names mean the same, the first that isn't blank.
 */
export function readColumns(cells: readonly (readonly [string, string])[]): Partial<Record<Column, string>> {
  const found: Partial<Record<Column, { value: string; rank: number }>> = {};
  for (const [name, value] of cells) {
    const named = columnNamed(name);
    if (!named || value.trim() === "") continue;
    const earlier = found[named.column];
    if (!earlier || named.rank < earlier.rank)
      found[named.column] = { value: value.trim(), rank: named.rank };
  }
  return Object.fromEntries(Object.entries(found).map(([column, { value }]) => [column, value]));
}
