import { storableText } from "./storable-text.ts";

/** Characters that show nothing: zero-width characters, direction marks, variation selectors, fillers. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Shows nothing, although Unicode calls them letters and symbols: braille pattern blank, hieroglyph blanks. */
const BLANKS = /[\u2800\u{13441}\u{13442}]/gu;

/** Letters of any script. Modifier letters (category Lm) are left out: they are marks, such as `ˈ` and `ー`. */
const LETTER_OR_DIGIT = /[\p{Lu}\p{Ll}\p{Lt}\p{Lo}\p{N}]/u;

/** Shown as an emoji without a variation selector, flags of two letters included. */
const EMOJI = /\p{Emoji_Presentation}/u;

/** A symbol that U+FE0F makes an emoji. Punctuation such as `‼` stays punctuation. */
const EMOJI_BY_SELECTOR = /(?!\p{P})\p{Emoji}\uFE0F/u;

/** Every break of a line or paragraph that a client may show as one: UAX #14, classes BK, CR, LF and NL. */
const LINE_BREAK = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/g;

/** Turns the direction of what follows, so that text reads as something else than it is (UAX #9). */
const DIRECTION_CONTROL = /[\u202A-\u202E\u2066-\u2069]/g;

const CONTROL = /\p{Cc}/gu;

/** An emoji flag of a region keeps its tags; joiners and variation selectors change the shape of visible characters. */
const KEPT_INVISIBLE =
  /(\u{1F3F4}[\u{E0020}-\u{E007E}]+\u{E007F}|\u200C|\u200D|[\uFE00-\uFE0F]|[\u{E0100}-\u{E01EF}])|\p{Default_Ignorable_Code_Point}/gu;

/**
 * No script stacks more marks on a letter; dozens of them would cover the lines above and below. Joiners between them
 * end no stack.
 */
const STACKED_MARKS = /((?:\p{M}[\u200C\u200D]*){8})[\p{M}\u200C\u200D]+/gu;

/**
 * Blanks that would push the words behind them to where the reader's window begins another line, whatever shows nothing
 * between them.
 */
const LONG_BLANK =
  /[\s\u2800\u{13441}\u{13442}](?:\p{Default_Ignorable_Code_Point}*[\s\u2800\u{13441}\u{13442}]){3,}/gu;

/** Stands where a character was that must not be shown. */
const REPLACEMENT = "\uFFFD";

/**
 * A text within one line: line breaks and tabs become blanks, control and direction characters U+FFFD, invisible
 * characters go, marks are stacked eight high at most. Text of others can't begin a line, turn one, or cover others.
 */
export function oneLine(text: string): string {
  if (/^[\x20-\x7E]*$/.test(text)) return text;
  return storableText(text.replace(LINE_BREAK, " ").replaceAll("\t", " "))
    .replace(CONTROL, REPLACEMENT)
    .replace(DIRECTION_CONTROL, REPLACEMENT)
    .replace(KEPT_INVISIBLE, "$1")
    .replace(STACKED_MARKS, "$1");
}

/** The same for a place that wraps lines, without long blanks. */
export function foldedLine(text: string): string {
  return oneLine(text).replace(LONG_BLANK, " ");
}

/** The same for a quotation, which keeps its first `mostLines` lines apart; blank lines around it go. */
export function quotedLines(text: string, mostLines: number): string {
  const lines = text.replace(LINE_BREAK, "\n").trim().split("\n");
  const shown = lines.slice(0, mostLines).map(foldedLine).join("\n");
  return lines.length > mostLines ? `${shown}\n…` : shown;
}

/** The text without characters that show nothing; blanks that are no white space become spaces. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, "").replace(BLANKS, " ");
}

/**
 * Whether a text has at least one letter or digit of any script, or an emoji, that can be seen. Punctuation and
 * marks alone show a reader nothing. An emoji does: whether it is reason enough, the approver decides.
 */
export function saysSomething(text: string): boolean {
  const visible = withoutInvisible(text);
  return LETTER_OR_DIGIT.test(visible) || EMOJI.test(visible) || EMOJI_BY_SELECTOR.test(text);
}

/**
 * A name as it is compared when no name is exactly the typed one: composed (NFC), in lower case, without invisible
 * characters, with plain quotes and hyphens, and with single blanks. Keyboards and word processors change these.
 */
export function foldName(text: string): string {
  if (/^[\x20-\x7E]*$/.test(text)) return text.replace(/ +/g, " ").trim().toLowerCase();
  const plain = withPlainQuotes(withPlainHyphens(withoutInvisible(text)));
  return plain.replace(/\s+/g, " ").trim().normalize("NFC").toLowerCase().normalize("NFC");
}

/** The text with a plain hyphen for each hyphen and dash that keyboards and word processors put for one. */
export function withPlainHyphens(text: string): string {
  return text.replace(/\p{Dash_Punctuation}|\u2212/gu, "-");
}

function withPlainQuotes(text: string): string {
  return text.replace(/[\u2018-\u201B\u02BC\uFF07]/g, "'").replace(/[\u201C-\u201F\uFF02]/g, '"');
}
