import { shortened } from "./shortened.ts";

/** Characters of a name within a sentence or a list. */
const LONGEST_NAME = 80;
/** Usernames are shown whole, as far as they are addresses (RFC 3696): only whole ones tell two users apart. */
const LONGEST_USERNAME = 320;

/** Parts what a line lists, or ends a sentence or a quotation. */
const SEPARATOR = /[,.!?] | · |[“”„‟"＂]/;

/** The bot's own lines begin with such a sign where they tell a state. */
const STATE_SIGN = /\p{Extended_Pictographic}/u;

/**
 * The name of a person, role, organization or device that somebody else chose, as a part of the bot's sentence. A name
 * that could be taken for more than a name stands in quotes.
 */
export function quotedName(name: string): string {
  return quotedUnlessOrdinary(name, LONGEST_NAME);
}

/** The same for a username. */
export function quotedUsername(username: string): string {
  return quotedUnlessOrdinary(username, LONGEST_USERNAME);
}

function quotedUnlessOrdinary(name: string, longest: number): string {
  const shown = shortened(name, longest);
  // The bot puts a username in brackets behind a name.
  const namesAnother = shown.includes("(") && shown.lastIndexOf("@") > shown.indexOf("(");
  const isPlain = shown !== "" && !SEPARATOR.test(shown) && !STATE_SIGN.test(shown) && !namesAnother;
  return isPlain ? shown : inQuotes(shown);
}

/** A text in quotes that it can't close. */
export function inQuotes(text: string): string {
  return `“${text.replace(/[“”„‟"＂]/g, "'")}”`;
}
