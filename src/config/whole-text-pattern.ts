import { createContext, Script } from "node:vm";
import { RE2JS } from "re2js";

/** No input may block the event loop for longer. */
const LONGEST_MATCH_MS = 50;

/** The length of the longest ticket. */
const LONGEST_TRIED = 100;

export interface WholeTextPattern {
  /** In JavaScript's syntax. */
  readonly source: string;
  /** Whether the time of a match is proportional to the text. */
  readonly isLinear: boolean;
  test(text: string): boolean;
}

/**
 * Makes a pattern of RE2. Its syntax is JavaScript's without look-around and back-references, which need backtracking.
 * @throws {Error} for a pattern that the engine does not accept
 */
export function linearPattern(text: string): WholeTextPattern {
  const source = `^(?:${text})$`;
  const pattern = RE2JS.compile(RE2JS.translateRegExp(source));
  return { source, isLinear: true, test: (tested) => pattern.matches(tested) };
}

/**
 * Makes a pattern of JavaScript's engine, which accepts look-around, back-references and any number of repetitions. It
 * does not match a text of more than 100 units, or one whose match takes more than 50 ms.
 * @throws {Error} for a pattern that the engine does not accept
 */
export function backtrackingPattern(text: string): WholeTextPattern {
  const source = `^(?:${text})$`;
  // Only a script of node:vm can be stopped within a match.
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
