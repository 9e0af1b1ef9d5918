const ADDRESS = /\S+@\S+\.example/g;

/** Lines that differ in nothing but the user they name, counted and in the order of the first of each; others as they are. */
export function countedLines(lines: readonly string[]): string[] {
  const groups = Map.groupBy(lines, (line) => line.replaceAll(ADDRESS, "(a user)"));
  return [...groups].map(([folded, [first = "", ...others]]) =>
    others.length > 0 ? `${others.length + 1} × ${folded}` : first,
  );
}
