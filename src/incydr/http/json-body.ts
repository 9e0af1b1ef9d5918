import { setImmediate } from "node:timers/promises";

/** The deepest nesting of an answer that is parsed. The known answers of Incydr nest to depth 4. */
const maxDepth = 64;
// Time and memory grow with the number of values, not with the bytes. Ten thousand organizations have about 200,000.
const maxValues = 250_000;
// The most records of one answer.
const maxRecords = 20_000;
// The most entries of a list within a record, such as the permissions of a role.
const maxInnerEntries = 5_000;
const maxMembers = 1_000;
// Longer texts, in characters, are parsed between pauses.
const longText = 100_000;

/**
 * Parses the JSON of an answer. Before and after the parsing of a long text, other work of the process runs.
 * @throws SyntaxError if the text isn't JSON, or nests deeper or has more values than any answer of Incydr
 */
export async function parseLongJsonBody(text: string): Promise<unknown> {
  assertBounded(text);
  if (text.length > longText) await setImmediate();
  const json: unknown = JSON.parse(text);
  if (text.length > longText) await setImmediate();
  return json;
}

/** Parses short JSON with the same limits; undefined for text that can't be parsed. */
export function tryParseJsonBody(text: string): unknown {
  try {
    assertBounded(text);
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;

/** Checks nesting and the numbers of values, members and entries, if `text` is JSON. */
function assertBounded(text: string): void {
  const open: { readonly most: number; commas: number }[] = [];
  let values = 0;
  // Counted separately, because text that isn't JSON may have no commas between them.
  let opened = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === 0x5b || code === 0x7b) {
      if (open.length === maxDepth) throw new SyntaxError("nested too deeply");
      opened += 1;
      if (opened > maxValues) throw new SyntaxError("too many values");
      // The records of an answer are the outermost list, or a list of the outermost object.
      const mostEntries = open.length <= 1 ? maxRecords : maxInnerEntries;
      open.push({ most: code === 0x7b ? maxMembers : mostEntries, commas: 0 });
    } else if (code === 0x5d || code === 0x7d) open.pop();
    else if (code === comma) {
      values += 1;
      const list = open.at(-1);
      if (list) list.commas += 1;
      if (values >= maxValues || (list && list.commas >= list.most)) throw new SyntaxError("too many values");
    }
  }
}

/** The index of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== quote) {
    at += text.charCodeAt(at) === backslash ? 2 : 1;
  }
  return at;
}
