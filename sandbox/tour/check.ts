/** A condition after a step, and the difference if it doesn't hold. */
export interface Check {
  /** The condition as text for the transcript. */
  readonly says: string;
  /** `null` if the condition holds. */
  readonly difference: string | null;
}

/** Checks that both lists are equal, in the same order. The difference names every line that is in only one of them. */
export function isSame(says: string, found: readonly string[], expected: readonly string[]): Check {
  if (JSON.stringify(found) === JSON.stringify(expected)) return { says, difference: null };
  const missing = expected.filter((line) => !found.includes(line)).map((line) => `missing:    ${line}`);
  const extra = found.filter((line) => !expected.includes(line)).map((line) => `unexpected: ${line}`);
  const order = missing.length + extra.length === 0 ? [`found in another order: ${found.join(", ")}`] : [];
  return { says, difference: [...missing, ...extra, ...order].join("\n") };
}

/** Checks that a text exists and has all these parts. */
export function hasParts(says: string, text: string | undefined, parts: readonly string[]): Check {
  const missing = parts.filter((part) => !text?.includes(part));
  if (text !== undefined && missing.length === 0) return { says, difference: null };
  const found =
    text === undefined ? "there is no such text" : `the text is:\n${text.replaceAll(/^/gm, "  ")}`;
  return { says, difference: [...missing.map((part) => `missing:    ${part}`), found].join("\n") };
}
