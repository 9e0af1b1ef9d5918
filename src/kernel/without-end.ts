/** Removes the characters of `signs` at the end of a text. The time of a regular expression would be quadratic. */
export function withoutEnd(text: string, signs: string): string {
  let end = text.length;
  while (end > 0 && signs.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
