import { storableText } from "./storable-text.ts";

/** Zero-width characters, direction marks, variation selectors, fillers. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Characters that Unicode calls letters and symbols, but that show nothing: braille and hieroglyph blanks. */
const BLANKS = /[\u2800\u{13441}\u{13442}]/gu;

/** Letters of any script. Modifier letters (category Lm) are left out: they are marks, such as `ˈ` and `ー`. */
const LETTER_OR_DIGIT = /[\p{Lu}\p{Ll}\p{Lt}\p{Lo}\p{N}]/u;

/** Shown as an emoji without a variation selector, flags of two letters included. */
const EMOJI = /\p{Emoji_Presentation}/u;

/** A symbol that U+FE0F makes an emoji. Punctuation such as `‼` stays punctuation. */
const EMOJI_BY_SELECTOR = /(?!\p{P})\p{Emoji}\uFE0F/u;

/** The characters that a client may show as a line break: UAX #14, classes BK, CR, LF and NL. */
const LINE_BREAK = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/g;

/** Characters that change the direction of the following text, which then can look like another text (UAX #9). */
const DIRECTION_CONTROL = /[\u202A-\u202E\u2066-\u2069]/g;

const CONTROL = /\p{Cc}/gu;

/** Group 1 stays: the tags of regional flags, and joiners and variation selectors, which change visible characters. */
const KEPT_INVISIBLE =
  /(\u{1F3F4}[\u{E0020}-\u{E007E}]+\u{E007F}|\u200C|\u200D|[\uFE00-\uFE0F]|[\u{E0100}-\u{E01EF}])|\p{Default_Ignorable_Code_Point}/gu;

/** More than 8 marks on a letter. No script needs more, and dozens of them would cover the lines above and below. */
const STACKED_MARKS = /((?:\p{M}[\u200C\u200D]*){8})[\p{M}\u200C\u200D]+/gu;

/** Four or more blanks, which would push the next words into another line of the reader's window. */
const LONG_BLANK =
  /[\s\u2800\u{13441}\u{13442}](?:\p{Default_Ignorable_Code_Point}*[\s\u2800\u{13441}\u{13442}]){3,}/gu;

const REPLACEMENT = "\uFFFD";

/**
 * A text that stays in its line, keeps the line's direction and covers no other line. Line breaks and tabs become
 * blanks, control and direction characters become U+FFFD. Invisible characters and each mark beyond eight are removed.
 */
export function oneLine(text: string): string {
  if (/^[\x20-\x7E]*$/.test(text)) return text;
  return storableText(text.replace(LINE_BREAK, " ").replaceAll("\t", " "))
    .replace(CONTROL, REPLACEMENT)
    .replace(DIRECTION_CONTROL, REPLACEMENT)
    .replace(KEPT_INVISIBLE, "$1")
    .replace(STACKED_MARKS, "$1");
}

/** As `oneLine`, also without long blanks, for a place that wraps lines. */
export function foldedLine(text: string): string {
  return oneLine(text).replace(LONG_BLANK, " ");
}

/** The first `mostLines` lines of a quotation, each as `foldedLine` makes it, without the blank lines around them. */
export function quotedLines(text: string, mostLines: number): string {
  const lines = text.replace(LINE_BREAK, "\n").trim().split("\n");
  const shown = lines.slice(0, mostLines).map(foldedLine).join("\n");
  return lines.length > mostLines ? `${shown}\n…` : shown;
}

/** The text without invisible characters; blanks that are no white space become spaces. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, "").replace(BLANKS, " ");
}

/** Whether a text has a visible letter, digit or emoji. Punctuation and marks alone are no reason for a change. */
export function saysSomething(text: string): boolean {
  const visible = withoutInvisible(text);
  return LETTER_OR_DIGIT.test(visible) || EMOJI.test(visible) || EMOJI_BY_SELECTOR.test(text);
}

/**
 * A name in a form for comparisons: composed (NFC), in lower case, with plain quotes, plain hyphens and single blanks,
 * and without invisible characters. Keyboards and word processors write one name in different ways.
 */
export function foldName(text: string): string {
  if (/^[\x20-\x7E]*$/.test(text)) return text.replace(/ +/g, " ").trim().toLowerCase();
  const plain = withPlainQuotes(withPlainHyphens(withoutInvisible(text)));
  return plain.replace(/\s+/g, " ").trim().toLowerCase().normalize("NFC");
}

/** Replaces the hyphens and dashes of keyboards and word processors. */
export function withPlainHyphens(text: string): string {
  return text.replace(/\p{Dash_Punctuation}|\u2212/gu, "-");
}

function withPlainQuotes(text: string): string {
  return text.replace(/[\u2018-\u201B\u02BC\uFF07]/g, "'").replace(/[\u201C-\u201F\uFF02]/g, '"');
}
