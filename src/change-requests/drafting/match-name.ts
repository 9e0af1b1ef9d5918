import { foldName, withoutInvisible } from "../../kernel/visible-text.ts";

/** Each opening quote with its closing quotes. */
const QUOTES: ReadonlyMap<string, string> = new Map([
  ["'", "'"],
  ['"', '"'],
  ["`", "`"],
  ["“", "”“"],
  ["”", "”"],
  ["„", "“”"],
  ["‘", "’‘"],
  ["’", "’"],
  ["‚", "‘’"],
  ["«", "»"],
  ["»", "«»"],
  ["‹", "›"],
  ["›", "‹›"],
]);

/**
 * The options that a typed text means: none, one, or several if the text is ambiguous. The first rule with a match decides.
 * The rules are: the id; the name; the name in quotes; the id or folded name in any case; the same in quotes.
 */
export function matchName<Option extends { readonly name: string }>(
  typed: string,
  options: readonly Option[],
  idOf: (option: Option) => string,
): readonly Option[] {
  const text = typed.trim();
  const unquoted = withoutQuotes(text);
  const shown = shownName(text);
  const withId = (...ids: string[]) => options.filter((option) => ids.includes(idOf(option)));
  const withName = (wanted: string) => options.filter(({ name }) => name === wanted);
  // A tenant can have 10,000 names, so they are folded once, and only if no other rule decides.
  let folded: readonly string[] | null = null;
  const alike = (wanted: string) => {
    folded ??= options.map(({ name }) => foldName(name));
    const names = folded;
    const [id, name] = [wanted.toLowerCase(), foldName(wanted)];
    return options.filter((option, index) => idOf(option).toLowerCase() === id || names[index] === name);
  };
  const rules: readonly (() => Option[])[] = [
    () => withId(text, shown),
    () => withName(text),
    () => withName(unquoted),
    () => alike(text),
    () => alike(shown),
  ];
  for (const rule of rules) {
    const matches = rule();
    if (matches.length > 0) return [...new Map(matches.map((option) => [idOf(option), option])).values()];
  }
  return [];
}

/** A typed name for an answer or the audit log, without quotes and invisible characters. */
export function shownName(typed: string): string {
  return withoutQuotes(withoutInvisible(typed).replace(/\s+/g, " "));
}

/** Removes spaces and one pair of quotes. A quote at only one end belongs to the name. */
function withoutQuotes(typed: string): string {
  const text = typed.trim();
  const closing = QUOTES.get(text.charAt(0));
  const isQuoted = closing !== undefined && text.length > 1 && closing.includes(text.slice(-1));
  return isQuoted ? text.slice(1, -1).trim() : text;
}
