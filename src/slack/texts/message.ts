import type { KnownBlock } from "@slack/types";
import { bold, escapeMrkdwn, type Line, lines, plain, quote, richText, shortened } from "./rich-text.ts";

/** A message as Slack is sent it; `text` is for notifications and screen readers. */
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

/** No field or command of the bot accepts more. */
const ANY_LENGTH = { longest: 3_000, mostLines: 3_000 };

/** Typed texts by their label; `null` and empty texts are not shown. */
export type TypedTexts = Readonly<Record<string, string | null>>;

/** Shows the texts of a refused form or command again, so that the person can copy them; several lines are quoted. */
export function givenBack(typed: TypedTexts): Line[] {
  return Object.entries(typed).flatMap(([label, text]): Line[] => {
    const given = text?.trim() ?? "";
    if (given === "") return [];
    if (/[\r\n]/.test(given)) return [[bold(label)], quote(given, ANY_LENGTH)];
    return [[bold(`${label} `), plain(shortened(given, ANY_LENGTH.longest))]];
  });
}
