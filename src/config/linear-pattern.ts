import { RE2JS } from "re2js";

/** A regular expression that is matched in time proportional to the text. */
export interface LinearPattern {
  /** As JavaScript would write it. */
  readonly source: string;
  test(text: string): boolean;
}

/**
 * Makes the pattern of a whole text; the anchors are added. It has the syntax of RE2, which is JavaScript's without
 * look-around and back-references: those are what makes other engines try again and again.
 * @throws {Error} for a pattern that the engine doesn't take.
 */
export function linearPattern(text: string): LinearPattern {
  const source = `^(?:${text})$`;
  const pattern = RE2JS.compile(RE2JS.translateRegExp(source));
  return { source, test: (tested) => pattern.matches(tested) };
}
