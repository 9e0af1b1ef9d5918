/** The width of the sandbox's output in columns, also in a file. */
const WIDTH = 112;

/**
 * Wraps a text at spaces, and puts `bar` before each line. A continued line has the indent of its first line, or of a
 * bullet's text. `paint` colours the bar.
 */
export function behindBar(text: string, bar: string, paint: (bar: string) => string = (bar) => bar): string {
  return text
    .split("\n")
    .flatMap((line) => wrapLine(line, WIDTH - bar.length))
    .map((line) => `${paint(bar)}${line}`.trimEnd())
    .join("\n");
}

function wrapLine(line: string, width: number): string[] {
  const indent = " ".repeat(/^\s*(?:[•▸✓✗] )?/.exec(line)?.[0].length ?? 0);
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const lastBlank = rest.lastIndexOf(" ", width);
    const cut = lastBlank > indent.length ? lastBlank : width;
    lines.push(rest.slice(0, cut).trimEnd());
    rest = `${indent}${rest.slice(cut).trimStart()}`;
  }
  return [...lines, rest];
}
