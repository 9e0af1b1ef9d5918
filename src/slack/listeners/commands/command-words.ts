import { withoutInvisible, withPlainHyphens } from "../../../kernel/visible-text.ts";

/** Reads `CR-17` or `17`. */
export function requestNumber(text: string): number | null {
  const digits = /^(?:cr-)?([1-9]\d{0,14})$/.exec(keyword(text))?.[1];
  return digits ? Number(digits) : null;
}

/** The mention or the word at the start of an argument, and the rest; a mention's label may have blanks. */
export function firstPerson(argument: string): { who: string; rest: string } {
  const closing = argument.startsWith("<@") ? argument.indexOf(">") : -1;
  const [word = ""] = argument.split(/\s+/, 1);
  const who = closing > 0 ? argument.slice(0, closing + 1) : word;
  return { who, rest: argument.slice(who.length).trim() };
}

/** The user at the start of an argument, and the rest. A user is one word, or a display name and `<address>`. */
export function firstUser(argument: string): { who: string; rest: string } {
  const [word = ""] = argument.split(/\s+/, 1);
  const from = argument.indexOf("<");
  const to = argument.indexOf(">", from);
  const isBracketed = from >= 0 && to >= 0 && argument.slice(from, to).includes("@");
  // A first word that names a user by itself is the whole name, also before a bracket.
  const end = isBracketed && (from === 0 || !isNameByItself(word)) ? to + 1 : word.length;
  return { who: argument.slice(0, end), rest: withoutPunctuation(argument.slice(end)).trim() };
}

function isNameByItself(word: string): boolean {
  return /[@＠\d]/.test(word) && !word.includes("<");
}

/**
 * Removes punctuation at the start of the text behind a user. Punctuation behind a blank stays: the next name may
 * begin with it, such as “.NET Team”.
 */
function withoutPunctuation(text: string): string {
  const [touching = ""] = /^[^\s\p{L}\p{N}]*/u.exec(text) ?? [];
  const isApart = touching.length === text.length || /^\s/.test(text.slice(touching.length));
  if (isApart && /^[,;:.”"'’)\]]*$/.test(touching)) return text.slice(touching.length);
  return text.replace(/^[,;:]+/, "");
}

/** The typed name of a role or an organization; `null` if none of its characters is visible. */
export function nameOrNull(typed: string): string | null {
  return unquoted(withoutInvisible(typed)) === "" ? null : typed;
}

/** A word of the command itself, in lower case, with plain hyphens, without quotes around it. */
export function keyword(word: string): string {
  return unquoted(withPlainHyphens(withoutInvisible(word)))
    .replace(/^-{1,2}/, "")
    .toLowerCase();
}

const QUOTES = new Set(" '\"`“”„‟«»‹›‘’‚‛");

export function unquoted(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && QUOTES.has(text.charAt(from))) from += 1;
  while (from < to && QUOTES.has(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}
