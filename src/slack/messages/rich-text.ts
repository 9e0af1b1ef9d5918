import type { RichTextBlock, RichTextElement, RichTextSection } from "@slack/types";
import { storableText } from "../../kernel/storable-text.ts";

// People's words reach Slack only inside rich text, whose text elements are never read as markup.

/** A piece of running text. */
export type Inline = RichTextElement;

/** Text exactly as it is. */
export function plain(text: string): Inline {
  // Slack refuses empty text elements.
  return { type: "text", text: text === "" ? " " : storableText(text) };
}

export function bold(text: string): Inline {
  return { type: "text", text: storableText(text), style: { bold: true } };
}

export function code(text: string): Inline {
  return { type: "text", text: text === "" ? " " : storableText(text), style: { code: true } };
}

/** A person, by name, without an alarm to anybody who isn't in the channel. */
export function person(slackUserId: string): Inline {
  return { type: "user", user_id: slackUserId };
}

export function channel(channelId: string): Inline {
  return { type: "channel", channel_id: channelId };
}

/** Words that lead to a page. */
export function link(url: string, text: string): Inline {
  return { type: "link", url, text };
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

/** Lines one below the other. */
export function lines(...content: readonly (readonly Inline[])[]): RichTextSection {
  return {
    type: "rich_text_section",
    elements: content.flatMap((line, index) => (index === 0 ? line : [plain("\n"), ...line])),
  };
}

/** A block of paragraphs and bullet lists. */
export function richText(...parts: readonly (RichTextSection | readonly RichTextSection[])[]): RichTextBlock {
  return {
    type: "rich_text",
    elements: parts
      .filter((part) => !Array.isArray(part) || part.length > 0)
      .map(
        (part) =>
          Array.isArray(part)
            ? { type: "rich_text_list", style: "bullet", elements: [...part] }
            : (part as RichTextSection), // what is no array is a section
      ),
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

/** What a person typed, out of what Slack made of it on the way in. */
export function unescapeMrkdwn(text: string): string {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}
