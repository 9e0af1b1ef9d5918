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
