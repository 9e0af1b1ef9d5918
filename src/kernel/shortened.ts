import { storableText } from "./storable-text.ts";

const characters = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The longest character that stays whole. An emoji of a family has 25 units, but marks can be stacked without limit. */
const LONGEST_CHARACTER = 64;

/**
 * A text of at most `longest` UTF-16 units, as Slack counts. A longer text is cut between characters that people see,
 * and ends with “…”. The work depends on `longest`, not on the text's length.
 */
export function shortened(text: string, longest: number): string {
  if (text.length <= longest) return storableText(text);
  const room = longest - 1;
  const head = text.slice(0, room + LONGEST_CHARACTER);
  const boundary = characters.segment(head).containing(room)?.index ?? room;
  const isKeptWhole = room - boundary < LONGEST_CHARACTER;
  const kept = head.slice(0, isKeptWhole ? boundary : room);
  return `${storableText(isKeptWhole ? kept : kept.replace(/[\uD800-\uDBFF]$/, ""))}…`;
}
