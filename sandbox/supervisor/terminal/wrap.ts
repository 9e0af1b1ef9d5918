/** Columns of everything the sandbox prints, also where it is printed to a file. */
export const WIDTH = 112;

/**
 * Breaks text into lines of at most `width` characters, at blanks where there are any; continuations are indented
 * as their line is, and under a bullet's text.
 */
export function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, width));
}

/** Puts `bar` before each line of a text that is wrapped to the width of a page; `paint` colours the bar. */
export function behindBar(text: string, bar: string, paint: (bar: string) => string = (bar) => bar): string {
  return wrap(text, WIDTH - bar.length)
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
