import { RE2JS } from "re2js";

/** A regular expression that a whole text must match. */
export interface WholeTextPattern {
  /** As JavaScript would write it. */
  readonly source: string;
  /** Whether the time of a match is proportional to the text. */
  readonly isLinear: boolean;
  test(text: string): boolean;
}

/**
 * Makes the pattern of a whole text; the anchors are added. It has the syntax of RE2, which is JavaScript's without
 * look-around and back-references: those are what makes other engines try again and again.
 * @throws {Error} for a pattern that the engine doesn't take.
 */
export function linearPattern(text: string): WholeTextPattern {
  const source = `^(?:${text})$`;
  const pattern = RE2JS.compile(RE2JS.translateRegExp(source));
  return { source, isLinear: true, test: (tested) => pattern.matches(tested) };
}
