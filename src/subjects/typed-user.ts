import { isStorable } from "../kernel/storable-text.ts";
import { saysSomething, withoutInvisible } from "../kernel/visible-text.ts";
import { NoSubjectNamedError, SubjectUnreadableError, type TypedUserFault } from "./subject-errors.ts";

/** An id, a username or a mention (`<@U…|name>`); or why the text names none. */
export type TypedUser = { readonly who: string } | { readonly fault: TypedUserFault };

/** The most characters of a text that names one user, with display name and link. */
const LONGEST_TYPED_USER = 1_000;
/** The most characters of a username: an e-mail address has at most 64 before the @ and 255 after it. */
const LONGEST_USERNAME = 320;
/** The most characters of an Incydr id. */
const LONGEST_ID = 128;

/** Quotes and blanks at the ends of a name are not part of it. */
const AROUND = " '\"`“”„‟«»‹›";
const BEFORE = new Set(`${AROUND}•·*–—`);
const BEHIND = new Set(`${AROUND}.,;:!?…。、，；：！？*`);
/** Brackets around a name are not part of it, nor are unpaired brackets. */
const CLOSING: ReadonlyMap<string, string> = new Map(
  ["()", "[]", "{}", "<>", "（）", "＜＞", "「」", "『』"].map((pair) => [pair.charAt(0), pair.charAt(1)]),
);
const CLOSINGS = new Set(CLOSING.values());

/**
 * Reads the one user that a typed or pasted text names. It understands Slack's links (`<mailto:a@b|a@b>`), `mailto:`
 * addresses, `Name <address>` and `address (Name)`. It removes quotes and brackets around the name, punctuation after
 * it, and invisible characters, and replaces typographic hyphens and apostrophes. Two names are a fault, because the
 * function never chooses between people. If a text has no address or id, only its ends are cleaned, and the look-up
 * decides about it.
 */
export function readTypedUser(typed: string): TypedUser {
  if (typed.length > LONGEST_TYPED_USER)
    return { fault: { kind: "text_too_long", most: LONGEST_TYPED_USER, length: typed.length } };
  const typedFault = signFault(typed);
  if (typedFault !== null) return { fault: typedFault };
  const decoded = withoutMailto(withPlainSigns(typed));
  if (decoded === null) return { fault: { kind: "sign_in_link" } };
  const linkFault = signFault(decoded);
  if (linkFault !== null) return { fault: linkFault };
  return userIn(withPlainSigns(decoded));
}

function userIn(text: string): TypedUser {
  const { mentions, linked, bracketed, outside } = splitAtBrackets(text);
  const inBrackets = [...linked.flatMap(({ names }) => names), ...bracketed.flatMap(wordsIn).filter(isName)];
  const words = [...mentions, ...outside.flatMap(wordsIn)];
  const names = withoutRepeats([...inBrackets, ...words.filter(isName)]);
  const [name, ...others] = names;
  if (others.length > 0) return { fault: { kind: "several_users", names } };
  if (name === undefined || isPartOfWord(name, text)) {
    const shown = withLabels(text, linked);
    // With each link replaced by its label, a label and the text around it may be one name.
    return shown === text ? checkedLength(bare(text)) : userIn(shown);
  }
  // Words before an address in brackets are a display name. Beside a bare address they may name another person.
  if (inBrackets.length === 0 && !words.every(isName)) return { fault: { kind: "other_words", name } };
  return checkedLength(name);
}

/** The fault of a text with a character that no username has; `null` if there is none. */
function signFault(text: string): TypedUserFault | null {
  // U+FFFD replaces such a character in files and in the database.
  if (!isStorable(text) || text.includes("\uFFFD")) return { kind: "half_character" };
  // A line break counts as a blank.
  return /[^\P{Cc}\s]/u.test(text) ? { kind: "control_character" } : null;
}

/**
 * The one user that a text names, as `readTypedUser` reads it.
 * @throws {NoSubjectNamedError | SubjectUnreadableError} if the text does not name exactly one user
 */
export function typedUser(typed: string): string {
  const read = readTypedUser(typed);
  if ("who" in read) return read.who;
  throw read.fault.kind === "nobody_named"
    ? new NoSubjectNamedError()
    : new SubjectUnreadableError(read.fault);
}

export function isUserId(who: string): boolean {
  return /^\d{5,}$/.test(who);
}

function checkedLength(who: string): TypedUser {
  if (!saysSomething(who)) return { fault: { kind: "nobody_named" } };
  const isId = isUserId(who);
  const kind = isId ? "id_too_long" : "username_too_long";
  const most = isId ? LONGEST_ID : LONGEST_USERNAME;
  return who.length > most ? { fault: { kind, most, length: who.length } } : { who };
}

/** Replaces signs that keyboards, word processors and input methods write instead of plain ones. */
function withPlainSigns(text: string): string {
  return withoutInvisible(text)
    .replace(/\s+/g, " ")
    .replace(/[\u2010\u2011\uFE63\uFF0D]/g, "-")
    .replace(/[\u2018\u2019\u201A\u201B\u02BC]/g, "'")
    .replace(/[\uFE6B\uFF20]/g, "@");
}

/** One or more `mailto:` and the link target, with its query. */
const MAILTO = /(?:mailto:)+([^\s<>()|]*)/gi;

/**
 * Replaces each `mailto:` link by its decoded addresses, also by addresses of its query (such as `cc=`). `null` if a
 * link hides a blank, a bracket or a control character.
 */
function withoutMailto(text: string): string | null {
  let isReadable = true;
  const decoded = text.replace(MAILTO, (_, target: string) => {
    const end = target.indexOf("?");
    const address = percentDecoded(end < 0 ? target : target.slice(0, end));
    const parts = end < 0 ? [] : target.slice(end + 1).split("&");
    const query = parts.map(percentDecoded);
    const inQuery = query
      .flatMap((part) => part.split(/[=,;\s<>()|]/))
      .filter((word) => word.lastIndexOf("@") > 0);
    const all = [address, ...inQuery].join(",");
    if (query.some((part) => part.includes("%40"))) isReadable = false;
    if (/[\s<>()|]/.test(address) || /\p{Cc}|mailto:/iu.test(withPlainSigns(all))) isReadable = false;
    return all;
  });
  return isReadable ? decoded : null;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

interface Parts {
  /** `<@U…|name>` as Slack writes it. */
  readonly mentions: readonly string[];
  /** `<target|label>` as Slack writes it, or an address in angle brackets. */
  readonly linked: readonly Link[];
  /** Other texts in brackets. */
  readonly bracketed: readonly string[];
  readonly outside: readonly string[];
}

interface Link {
  readonly piece: string;
  /** The names in its target and label. Words beside a name count as names, because they may name another person. */
  readonly names: readonly string[];
  readonly label: string;
}

/** Splits a text at its brackets. An unclosed bracket counts as closed at the end of the text. */
function splitAtBrackets(text: string): Parts {
  const mentions: string[] = [];
  const linked: Link[] = [];
  const bracketed: string[] = [];
  const outside: string[] = [];
  let depth = 0;
  for (const piece of text.split(/(<[^<>]*>|[<>()])/)) {
    if (piece.length > 1 && piece.startsWith("<") && piece.endsWith(">")) {
      const inside = piece.slice(1, -1);
      if (/^@[A-Z0-9]+(?:\||$)/.test(inside)) mentions.push(piece);
      else if (inside.includes("|")) linked.push(readLink(piece));
      else if (wordsIn(inside).some(isName)) linked.push({ piece, names: wordsIn(inside), label: piece });
      else bracketed.push(inside);
    } else if (piece === "(" || piece === "<") depth += 1;
    else if (piece === ")" || piece === ">") depth = Math.max(0, depth - 1);
    else (depth > 0 ? bracketed : outside).push(piece);
  }
  return { mentions, linked, bracketed, outside };
}

/** Slack turns addresses into links, and also words that look like a host, and digits that look like a phone number. */
function readLink(piece: string): Link {
  const bar = piece.indexOf("|");
  const target = piece.slice(1, bar).replace(/^tel:/i, "");
  const label = piece.slice(bar + 1, -1);
  const inLabel = wordsIn(label).filter(isName);
  if (/^https?:/i.test(target)) {
    // A web address is no name, unless it contains an e-mail address.
    const inTarget = target.split(/[/?&=#:]/).flatMap(wordsIn);
    return { piece, label, names: [...inTarget.filter((word) => word.lastIndexOf("@") > 0), ...inLabel] };
  }
  const inTarget = wordsIn(target);
  const isSame = withoutRepeats([bare(target), bare(label)]).length === 1;
  if (inLabel.length === 0 && !inTarget.some(isName))
    return { piece, label, names: isSame ? [] : [bare(target), bare(label)] };
  // A label without a name is a display name. A target is always a name.
  return { piece, label, names: [...inTarget, ...inLabel] };
}

/** The text with the label of each link in the place of the link. */
function withLabels(text: string, links: readonly Link[]): string {
  const labels = new Map(links.map(({ piece, label }) => [piece, label]));
  return text
    .split(/(<[^<>]*>)/)
    .map((piece) => labels.get(piece) ?? piece)
    .join("");
}

/** Whether bracketed digits touch a word, as in the username `contractor(20451)`. */
function isPartOfWord(name: string, text: string): boolean {
  return isUserId(name) && /[\p{L}\p{N}_.-](?:\(\d+\)|<\d+>)/u.test(text);
}

/** The words of a text without the signs around them. */
function wordsIn(text: string): string[] {
  return text
    .split(/[ ,;，；、|<>()]/)
    .map(bare)
    .filter(saysSomething);
}

/** Whether a word is an address or an id, which names a user by itself. */
function isName(word: string): boolean {
  return word.lastIndexOf("@") > 0 || isUserId(word);
}

/** Removes signs at the ends of a text, brackets around the whole text, and unpaired brackets at its ends. */
function bare(text: string): string {
  const partners = bracketPartners(text);
  let from = 0;
  let to = text.length;
  for (;;) {
    const [first, last] = [text.charAt(from), text.charAt(to - 1)];
    const partner = (index: number) => partners.get(index);
    if (from >= to) return "";
    if (BEFORE.has(first) || partner(from) === null) from += 1;
    else if (BEHIND.has(last) || partner(to - 1) === null) to -= 1;
    else if (partner(from) === to - 1) {
      from += 1;
      to -= 1;
    } else return text.slice(from, to);
  }
}

/** Maps the index of each bracket to the index of its partner; `null` for an unpaired bracket. */
function bracketPartners(text: string): ReadonlyMap<number, number | null> {
  const partners = new Map<number, number | null>();
  const open = new Map<string, number[]>();
  for (let index = 0; index < text.length; index += 1) {
    const sign = text.charAt(index);
    const closing = CLOSING.get(sign);
    if (closing === undefined && !CLOSINGS.has(sign)) continue;
    const waiting = open.get(closing ?? sign) ?? [];
    open.set(closing ?? sign, waiting);
    if (closing !== undefined) waiting.push(index);
    const opening = closing === undefined ? waiting.pop() : undefined;
    partners.set(index, opening ?? null);
    if (opening !== undefined) partners.set(opening, index);
  }
  return partners;
}

function withoutRepeats(names: readonly string[]): string[] {
  return [...new Map(names.map((name) => [name.normalize("NFC").toLowerCase(), name])).values()];
}
