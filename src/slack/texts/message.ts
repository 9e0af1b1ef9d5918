import type { KnownBlock } from "@slack/types";
import { escapeMrkdwn, type Line, lines, richText } from "./rich-text.ts";
import { shortened } from "./shortened.ts";

/** A message as it is sent: blocks for the eye, text for notifications and screen readers. */
export interface Message {
  /** Already escaped. */
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** Characters of a summary; Slack takes 4,000 of text in an update, escaped. */
const LONGEST_SUMMARY = 300;

/** Makes a message; `summary` is plain text, and stays one line. */
export function message(summary: string, blocks: readonly KnownBlock[]): Message {
  return { text: escapeMrkdwn(shortened(summary, LONGEST_SUMMARY)), blocks: [...blocks] };
}

/** A message of a few lines. */
export function shortMessage(summary: string, ...content: readonly Line[]): Message {
  return message(summary, [richText(lines(...content))]);
}
