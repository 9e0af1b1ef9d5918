import type { RichTextBlock, RichTextElement, RichTextQuote, RichTextSection } from "@slack/types";
import { shortened as shortenedText } from "../../kernel/shortened.ts";
import { foldedLine, quotedLines } from "../../kernel/visible-text.ts";

// People's words reach Slack only inside rich text, whose text elements are never read as markup. Running text stays
// within its line: only the bot begins a line, and lines of other people stand in quotations.

/** A piece of running text. */
export type Inline = RichTextElement;

/** A line: pieces of running text, or a quotation, which is a separate paragraph. */
export type Line = readonly Inline[] | RichTextQuote;

/** Lines one below the other. */
export interface Paragraph {
  readonly parts: readonly (RichTextSection | RichTextQuote)[];
}

/** Text as it is, within one line. */
export function plain(text: string): Inline {
  return { type: "text", text: shown(text) };
}

export function bold(text: string): Inline {
  return { type: "text", text: shown(text), style: { bold: true } };
}

export function code(text: string): Inline {
  return { type: "text", text: shown(text), style: { code: true } };
}

/** A text that a person or another system wrote, line by line; no line of the bot's is a quotation. */
export function quote(
  text: string,
  { longest = LONGEST_QUOTATION, mostLines = MOST_QUOTED_LINES } = {},
): RichTextQuote {
  const content = quotedLines(shortenedText(text, longest), mostLines);
  return { type: "rich_text_quote", elements: [{ type: "text", text: content || " " }] };
}

/** Characters of a quotation; no form takes a longer reason. */
const LONGEST_QUOTATION = 1_000;
/** Lines of a quotation, so that it hides nothing of the message that it stands in. */
const MOST_QUOTED_LINES = 30;

function shown(text: string): string {
  // Slack refuses empty text elements.
  return foldedLine(shortenedText(text, LONGEST_TEXT)) || " ";
}

/** Characters of running text; the bot's own sentences are shorter, and cut what they tell before. */
const LONGEST_TEXT = 3_000;

/** A person, by name, without an alarm to anybody who isn't in the channel. */
export function person(slackUserId: string): Inline {
  return { type: "user", user_id: slackUserId };
}

export function channel(channelId: string): Inline {
  return { type: "channel", channel_id: channelId };
}

/** Words that lead to a page. */
export function link(url: string, text: string): Inline {
  return { type: "link", url, text: shown(text) };
}

/** A moment, shown in the reader's own time zone. */
export function moment(at: Date): Inline {
  const fallback = at.toISOString().replace("T", " ").slice(0, 16);
  return {
    type: "date",
    timestamp: Math.floor(at.getTime() / 1000),
    format: "{date_short_pretty} {time}",
    fallback: `${fallback} UTC`,
  };
}

/** Lines one below the other, each of them the bot's or a quotation. */
export function lines(...content: readonly Line[]): Paragraph {
  const parts: (RichTextSection | RichTextQuote)[] = [];
  for (const line of content) {
    const last = parts.at(-1);
    if ("type" in line) parts.push(line);
    else if (last?.type === "rich_text_section") last.elements.push({ type: "text", text: "\n" }, ...line);
    else parts.push(bullet(...line));
  }
  return { parts };
}

/** A block of paragraphs and bullet lists. */
export function richText(...parts: readonly (Paragraph | readonly RichTextSection[])[]): RichTextBlock {
  return {
    type: "rich_text",
    elements: parts.flatMap((part): RichTextBlock["elements"] => {
      if ("parts" in part) return [...part.parts];
      return part.length > 0 ? [{ type: "rich_text_list", style: "bullet", elements: [...part] }] : [];
    }),
  };
}

/** A bullet of a list. */
export function bullet(...content: readonly Inline[]): RichTextSection {
  return { type: "rich_text_section", elements: [...content] };
}

/** Text for the places where Slack does read markup: notifications and a message's own `text`. */
export function escapeMrkdwn(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/** The text as the person typed it, without the escapes that Slack adds on the way in. */
export function unescapeMrkdwn(text: string): string {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

/** A text that a person or another system wrote, under a label of the bot. */
export function quotation(label: string, text: string): RichTextBlock {
  return richText(lines([bold(label)], quote(text)));
}

/** A text of at most `longest` UTF-16 units that stays within one line, for all that Slack shows as plain text. */
export function shortened(text: string, longest: number): string {
  // Folding never makes a text longer, and long texts are cut first: the work depends on `longest`.
  return shortenedText(foldedLine(shortenedText(text, 4 * longest)), longest);
}
