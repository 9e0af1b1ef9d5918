/**
 * Splits a line into words at spaces, except between double quotes. Quotes may begin inside a word: `Reason="two
 * words"` is the word `Reason=two words`. `\n` is a line break; any other character after a backslash stands for
 * itself.
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:[^\s"\\]|\\.|"(?:[^"\\]|\\.)*"?)+/gs)) {
    words.push(
      word.replaceAll(/\\(.)|"/gs, (_match, escaped: string | undefined) =>
        escaped === "n" ? "\n" : (escaped ?? ""),
      ),
    );
  }
  return words;
}
