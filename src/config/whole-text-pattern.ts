import { createContext, Script } from "node:vm";
import { RE2JS } from "re2js";

/** No input blocks the event loop for longer. */
const LONGEST_MATCH_MS = 50;

/** UTF-16 units of a text that is tried: the longest ticket has 100. */
const LONGEST_TRIED = 100;

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

/**
 * Makes the pattern of a whole text for JavaScript's own engine; the anchors are added. It takes look-around,
 * back-references and any number of repetitions. It refuses a text of more than 100 units, and one whose match takes
 * more than 50 ms.
 * @throws {Error} for a pattern that the engine doesn't take.
 */
export function backtrackingPattern(text: string): WholeTextPattern {
  const source = `^(?:${text})$`;
  // Only a script of node:vm can be ended in the middle of a match.
  const context = createContext({ source });
  new Script('const pattern = new RegExp(source, "u")').runInContext(context);
  const match = new Script("pattern.test(tested)");
  const test = (tested: string): boolean => {
    if (tested.length > LONGEST_TRIED) return false;
    context.tested = tested;
    try {
      return match.runInContext(context, { timeout: LONGEST_MATCH_MS }) === true;
    } catch {
      return false;
    }
  };
  return { source, isLinear: false, test };
}
