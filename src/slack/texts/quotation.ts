import type { RichTextBlock } from "@slack/types";
import { bold, lines, quote, richText } from "./rich-text.ts";

/** A text that a person or another system wrote, under a label of the bot. */
export function quotation(label: string, text: string): RichTextBlock {
  return richText(lines([bold(label)], quote(text)));
}
