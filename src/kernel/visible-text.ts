/** Characters that show nothing: zero-width characters, direction marks, variation selectors, fillers. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Shows nothing, although Unicode calls them letters and symbols: braille pattern blank, hieroglyph blanks. */
const BLANKS = /[\u2800\u{13441}\u{13442}]/gu;

/** The text without characters that show nothing; blanks that are no white space become spaces. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, "").replace(BLANKS, " ");
}

/**
 * Whether a text has at least one letter or digit of any script, or a pictograph, that can be seen. Punctuation and
 * marks alone show a reader nothing. An emoji does: whether it is reason enough, the approver decides.
 */
export function saysSomething(text: string): boolean {
  return /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(withoutInvisible(text));
}
