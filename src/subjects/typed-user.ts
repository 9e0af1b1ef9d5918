import { isStorable } from "../kernel/storable-text.ts";
import { saysSomething, withoutInvisible } from "../kernel/visible-text.ts";
import { NOBODY_NAMED, NoSubjectNamedError, SubjectUnreadableError } from "./subject-errors.ts";

/** The user that a text names: an id, a username or a mention (`<@U…|name>`); or a sentence that says what is wrong. */
export type TypedUser = { readonly who: string } | { readonly fault: string };

/** Characters of a text that names one user, with the display name and the link around the address. */
export const LONGEST_TYPED_USER = 1_000;
/** Characters of a username: an e-mail address has at most 64 before its @ and 255 behind it. */
const LONGEST_USERNAME = 320;
/** Characters of an Incydr id. */
const LONGEST_ID = 128;

/** Quotes, brackets and blanks, which are no part of a name at its ends. */
const AROUND = " '\"`“”„‟«»‹›()[]{}<>（）＜＞「」『』";
const BEFORE = new Set(`${AROUND}•·*–—`);
const BEHIND = new Set(`${AROUND}.,;:!?…。、，；：！？*`);

/**
 * Reads the one user that a typed or pasted text names. It understands Slack's links (`<mailto:a@b|a@b>`), `mailto:`
 * addresses, `Name <address>` and `address (Name)`. Quotes and brackets around the name, punctuation behind it,
 * invisible characters, and typographic hyphens and apostrophes are not part of it. Two names are a fault: the function
 * never chooses between people. A text without an address or id is returned as it is, for the look-up to judge.
 */
export function readTypedUser(typed: string): TypedUser {
  if (typed.length > LONGEST_TYPED_USER)
    return { fault: `At most ${LONGEST_TYPED_USER} characters can name a user; these are ${typed.length}.` };
  // U+FFFD stands where a file or the database had such a character.
  if (!isStorable(typed) || typed.includes("\uFFFD"))
    return { fault: "Has half a character or U+0000, which no username has." };
  const text = withPlainSigns(typed);
  if (/\p{Cc}/u.test(text)) return { fault: "Has a control character, which no username has." };
  const { mentions, bracketed, outside } = splitAtBrackets(text);
  const inBrackets = bracketed.flatMap(wordsIn).filter(isName);
  const words = [...mentions, ...outside.flatMap(wordsIn)];
  const names = withoutRepeats([...inBrackets, ...words.filter(isName)]);
  const [name, ...others] = names;
  if (others.length > 0) return { fault: `Names ${names.length} users: ${names.join(", ")}. Name one.` };
  if (name === undefined) return checkedLength(bare(wholeText(outside, bracketed)));
  // Words before an address in brackets are a display name. Beside a bare address they may name somebody else.
  if (inBrackets.length === 0 && words.length > 1)
    return { fault: `Has other words beside ${name}. Name one user, and nothing else.` };
  return checkedLength(name);
}

/**
 * The one user that a typed or pasted text names, as `readTypedUser` reads it.
 * @throws {NoSubjectNamedError | SubjectUnreadableError}
 */
export function typedUser(typed: string): string {
  const read = readTypedUser(typed);
  if ("who" in read) return read.who;
  throw read.fault === NOBODY_NAMED ? new NoSubjectNamedError() : new SubjectUnreadableError(read.fault);
}

/** Whether a text is the id of a user, and not a username. */
export function isUserId(who: string): boolean {
  return /^\d{5,}$/.test(who);
}

function checkedLength(who: string): TypedUser {
  if (!saysSomething(who)) return { fault: NOBODY_NAMED };
  const [what, most] = isUserId(who)
    ? (["An id", LONGEST_ID] as const)
    : (["A username", LONGEST_USERNAME] as const);
  return who.length > most
    ? { fault: `${what} has at most ${most} characters; this has ${who.length}.` }
    : { who };
}

/** Keyboards, word processors and input methods write other signs for these. */
function withPlainSigns(text: string): string {
  return withoutInvisible(text)
    .replace(/\s+/g, " ")
    .replace(/[\u2010\u2011\uFE63\uFF0D]/g, "-")
    .replace(/[\u2018\u2019\u201A\u201B\u02BC]/g, "'")
    .replace(/[\uFE6B\uFF20]/g, "@");
}

interface Parts {
  /** `<@U…|name>` as Slack writes it. */
  readonly mentions: readonly string[];
  /** Texts in angle or round brackets; of a link, the text it stands for. */
  readonly bracketed: readonly string[];
  readonly outside: readonly string[];
}

/** Takes a text apart at its brackets; a bracket without its other half counts as one that is closed at the end. */
function splitAtBrackets(text: string): Parts {
  const mentions: string[] = [];
  const bracketed: string[] = [];
  const outside: string[] = [];
  let depth = 0;
  for (const piece of text.split(/(<[^<>]*>|[<>()])/)) {
    if (piece.length > 1 && piece.startsWith("<") && piece.endsWith(">")) {
      const inside = piece.slice(1, -1);
      if (/^@[A-Z0-9]+(?:\||$)/.test(inside)) mentions.push(piece);
      else bracketed.push(meantByLink(inside));
    } else if (piece === "(" || piece === "<") depth += 1;
    else if (piece === ")" || piece === ">") depth = Math.max(0, depth - 1);
    else (depth > 0 ? bracketed : outside).push(piece);
  }
  return { mentions, bracketed, outside };
}

/** Slack writes `target|label`, and makes links of words that only look like a host. */
function meantByLink(inside: string): string {
  const bar = inside.indexOf("|");
  if (bar < 0) return inside;
  const target = inside.slice(0, bar);
  return /^https?:/i.test(target) ? inside.slice(bar + 1) : target;
}

function wholeText(...parts: readonly (readonly string[])[]): string {
  return parts
    .flat()
    .join(" ")
    .replace(/[ <>()]+/g, " ");
}

/** The words of a text without the signs around them; signs alone are no words. */
function wordsIn(text: string): string[] {
  return text
    .split(/[ ,;，；、|<>()]/)
    .map((word) => bare(withoutScheme(bare(word))))
    .filter(saysSomething);
}

function withoutScheme(word: string): string {
  if (!/^mailto:/i.test(word)) return word;
  const [address = ""] = word.slice("mailto:".length).split("?", 1);
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

/** An address or an id, by itself the name of one user. */
function isName(word: string): boolean {
  return word.lastIndexOf("@") > 0 || isUserId(word);
}

function bare(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && BEFORE.has(text.charAt(from))) from += 1;
  while (from < to && BEHIND.has(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

function withoutRepeats(names: readonly string[]): string[] {
  return [...new Map(names.map((name) => [name.normalize("NFC").toLowerCase(), name])).values()];
}
