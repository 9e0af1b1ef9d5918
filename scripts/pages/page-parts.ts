/**
 * Replaces the generated parts of a page, which are between `<!-- name -->` and `<!-- /name -->`.
 * @throws if the page has no such marks
 */
export function withParts(page: string, text: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((before, [name, content]) => {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [before.indexOf(begin), before.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${page} lacks the marks ${begin} and ${end}.`);
    return `${before.slice(0, from)}${begin}\n\n${content}\n\n${before.slice(to)}`;
  }, text);
}

/** A table in Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
