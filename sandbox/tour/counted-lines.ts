const ADDRESS = /\S+@\S+\.example/g;

/** Counts lines that differ only in their user, in the order of the first of each kind. Other lines stay unchanged. */
export function countedLines(lines: readonly string[]): string[] {
  const groups = Map.groupBy(lines, (line) => line.replaceAll(ADDRESS, "(a user)"));
  return [...groups].map(([folded, [first = "", ...others]]) =>
    others.length > 0 ? `${others.length + 1} × ${folded}` : first,
  );
}
