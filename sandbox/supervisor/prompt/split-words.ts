/**
 * Splits a line into words at blanks, except between double quotes, which may begin inside a word: `Reason="two
 * words"` is one word, `Reason=two words`. A backslash takes the next character as it is.
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:[^\s"\\]|\\.|"(?:[^"\\]|\\.)*"?)+/gs)) {
    words.push(word.replaceAll(/\\(.)|"/gs, (_match, escaped: string | undefined) => escaped ?? ""));
  }
  return words;
}
