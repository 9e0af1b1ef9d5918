import { shortened } from "./shortened.ts";

/** Characters of a name within a sentence or a list. */
const LONGEST_NAME = 80;
/** Usernames are shown whole, as far as they are addresses (RFC 3696): only whole ones tell two users apart. */
const LONGEST_USERNAME = 320;

/** Letters and digits of any script, and signs that neither end a sentence nor part what a line lists. */
const ORDINARY = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}_\-/&'’()@+#]|[. ](?=[\p{L}\p{N}_\-/&'’()@+#]))*$/u;

/** A sentence may end before a blank. */
const SENTENCE_END = /\. /;

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
  return ORDINARY.test(shown) && !SENTENCE_END.test(shown) ? shown : inQuotes(shown);
}

/** A text in quotes that it can't close. */
export function inQuotes(text: string): string {
  return `“${text.replace(/[“”„‟"＂]/g, "'")}”`;
}
