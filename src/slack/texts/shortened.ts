import { shortened as shortenedText } from "../../kernel/shortened.ts";
import { foldedLine } from "../../kernel/visible-text.ts";

/** A text of at most `longest` UTF-16 units that stays within one line, for all that Slack shows as plain text. */
export function shortened(text: string, longest: number): string {
  // Folding never makes a text longer, and long texts are cut first: the work depends on `longest`.
  return shortenedText(foldedLine(shortenedText(text, 4 * longest)), longest);
}
