import { shortened } from "./shortened.ts";
import { foldedLine } from "./visible-text.ts";

/** Characters of a name within a sentence or a list. */
const LONGEST_NAME = 80;
/** No form takes longer tickets. */
const LONGEST_TICKET = 100;
/** Usernames are shown whole, as far as they are addresses (RFC 3696): only whole ones tell two users apart. */
const LONGEST_USERNAME = 320;

/** Quotation marks, and what looks like one. Apostrophes and single quotes stand in names, and close nothing. */
const QUOTES = /["＂“”„‟«»〝〞〟❝❞⹂″‶ʺ˝]/g;

/** Parts what a line lists, or ends a sentence, with any blank and with signs that look like the bot's. */
const SEPARATOR = /[,.!?;‚،؛][\s\u2800]|[，、。．！？；]|[\s\u2800][·•∙⋅‧・･][\s\u2800]/;

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

/** The same for a ticket. */
export function quotedTicket(ticket: string): string {
  return quotedUnlessOrdinary(ticket, LONGEST_TICKET);
}

function quotedUnlessOrdinary(name: string, longest: number): string {
  // Long names are cut first: the work depends on `longest`.
  const shown = shortened(foldedLine(shortened(name, 4 * longest)), longest);
  // The bot puts a username in brackets behind a name.
  const namesAnother = shown.includes("(") && shown.lastIndexOf("@") > shown.indexOf("(");
  const isPlain =
    shown !== "" &&
    shown.search(QUOTES) < 0 &&
    !SEPARATOR.test(shown) &&
    !STATE_SIGN.test(shown) &&
    !namesAnother;
  return isPlain ? shown : inQuotes(shown);
}

/** A text in quotes that it can't close. */
export function inQuotes(text: string): string {
  return `“${text.replace(QUOTES, "'")}”`;
}
