/** A text of at most `longest` UTF-16 units, as Slack counts; what is cut off shows as “…”, never half a character. */
export function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
