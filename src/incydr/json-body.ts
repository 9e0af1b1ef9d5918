/** The deepest nesting of an answer that is read. The answers that are known nest to depth 4. */
const maxDepth = 64;

/**
 * Parses the JSON of an answer.
 * @throws SyntaxError for text that isn't JSON, or that nests deeper than any answer of Incydr.
 */
export function parseJsonBody(text: string): unknown {
  if (depthOf(text) > maxDepth) throw new SyntaxError("nested too deeply");
  return JSON.parse(text);
}

/** The same, but undefined for text that can't be parsed. */
export function tryParseJsonBody(text: string): unknown {
  try {
    return parseJsonBody(text);
  } catch {
    return undefined;
  }
}

const quote = 0x22;
const backslash = 0x5c;

/** The nesting of `text` if it is JSON, counted until it exceeds the maximum. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length && deepest <= maxDepth; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return deepest;
}

/** The index of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== quote) {
    at += text.charCodeAt(at) === backslash ? 2 : 1;
  }
  return at;
}
