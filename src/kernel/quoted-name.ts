import { shortened } from "./shortened.ts";
import { foldedLine } from "./visible-text.ts";

/** The longest name within a sentence or a list. */
const LONGEST_NAME = 80;
/** No form takes longer tickets. */
const LONGEST_TICKET = 100;
/** The longest e-mail address (RFC 3696). Two users could have the same shortened username. */
const LONGEST_USERNAME = 320;

/** Double quotation marks and characters that look like one. Names may contain single quotes. */
const QUOTES = /["＂“”„‟«»〝〞〟❝❞⹂″‶ʺ˝]/g;

/** Characters that end a sentence or separate the items of a list, and those that look like the bot's own. */
const SEPARATOR = /[,.!?;‚،؛][\s\u2800]|[，、。．！？；]|[\s\u2800][·•∙⋅‧・･][\s\u2800]/;

/** The bot's lines about a state begin with such a sign. */
const STATE_SIGN = /\p{Extended_Pictographic}/u;

/** A name within a sentence of the bot. A name that could look like more than a name is put in quotes. */
export function quotedName(name: string): string {
  return quotedUnlessOrdinary(name, LONGEST_NAME);
}

export function quotedUsername(username: string): string {
  return quotedUnlessOrdinary(username, LONGEST_USERNAME);
}

export function quotedTicket(ticket: string): string {
  return quotedUnlessOrdinary(ticket, LONGEST_TICKET);
}

function quotedUnlessOrdinary(name: string, longest: number): string {
  // Cut first, so that the work depends on `longest`.
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
