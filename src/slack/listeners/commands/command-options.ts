import type { OptionFault } from "../../../change-requests/index.ts";
import { nameOrNull } from "./command-words.ts";

/** Options by their name: `value` takes the text up to the next option, `switch` takes none. */
export type OptionKinds = Readonly<Record<string, "value" | "switch">>;

export interface ReadOptions<Kinds extends OptionKinds> {
  /** The text outside of the options. */
  readonly rest: string;
  /** The value of each typed option without its quotes; `true` for a switch. */
  readonly options: { readonly [Name in keyof Kinds]?: Kinds[Name] extends "switch" ? true : string };
}

/** The signs in front of an option. Word processors make one dash of two hyphens. */
const OPTION = /^(?:--|[—–])(\p{L}[\p{L}\p{N}-]*)$/u;

const CLOSING_QUOTES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["“", "”"],
  ["„", "“"],
  ["«", "»"],
]);

/**
 * Reads the options of a command, such as `--for 8h`, at any place of its text. An option inside of quotes is text, and
 * quotes count only if all of them are closed. `fault` names an unknown, a repeated or an empty option.
 */
export function readOptions<Kinds extends OptionKinds>(
  argument: string,
  kinds: Kinds,
): ReadOptions<Kinds> | { readonly fault: OptionFault } {
  const parts = argument.split(/(\s+)/);
  const quoted = quotedParts(parts) ?? parts.map(() => false);
  const texts = new Map<string | null, string>([[null, ""]]);
  let current: string | null = null;
  for (const [index, part] of parts.entries()) {
    const typed = quoted[index] ? undefined : OPTION.exec(part)?.[1]?.toLowerCase();
    // A single dash before an unknown word is text, such as the name of a role.
    const isOption = typed !== undefined && (Object.hasOwn(kinds, typed) || part.startsWith("--"));
    if (!isOption) {
      texts.set(current, `${texts.get(current) ?? ""}${part}`);
      continue;
    }
    if (!Object.hasOwn(kinds, typed))
      return { fault: { why: "unknown", option: typed, known: Object.keys(kinds) } };
    if (texts.has(typed)) return { fault: { why: "repeated", option: typed } };
    texts.set(typed, "");
    current = kinds[typed] === "switch" ? null : typed;
  }
  const options = new Map<string, string | true>();
  for (const [name, text] of texts) {
    if (name === null) continue;
    const value = withoutQuotesAround(text.trim());
    if (kinds[name] === "value" && nameOrNull(value) === null)
      return { fault: { why: "empty", option: name } };
    options.set(name, kinds[name] === "switch" ? true : value);
  }
  const rest = (texts.get(null) ?? "").trim();
  return { rest, options: Object.fromEntries(options) as ReadOptions<Kinds>["options"] }; // the values are of these kinds
}

const QUOTED = [/^["“”„‟«»]([^"“”„‟«»]*)["“”„‟«»]$/, /^['‘’‚‛‹›]([^'‘’‚‛‹›]*)['‘’‚‛‹›]$/, /^`([^`]*)`$/];

/** The text without a pair of quotes around the whole of it. Other quotes are a part of the text: `the users' devices`. */
function withoutQuotesAround(text: string): string {
  const [inside] = QUOTED.flatMap((quoted) => quoted.exec(text)?.[1] ?? []);
  return inside === undefined ? text : inside.trim();
}

/** For each part, whether it begins inside of quotes; `null` if a quote is not closed. */
function quotedParts(parts: readonly string[]): boolean[] | null {
  let closing: string | null = null;
  const quoted = parts.map((part) => {
    const begins = closing !== null;
    for (const character of part) {
      if (closing === null) closing = CLOSING_QUOTES.get(character) ?? null;
      else if (character === closing) closing = null;
    }
    return begins;
  });
  return closing === null ? quoted : null;
}
