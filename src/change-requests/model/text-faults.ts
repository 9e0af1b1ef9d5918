import { isStorable } from "../../kernel/storable-text.ts";
import { saysSomething, withoutInvisible } from "../../kernel/visible-text.ts";

/** UTF-16 units of a reason, as Slack counts. */
export const LONGEST_REASON = 1_000;
/** UTF-16 units of a ticket, as Slack counts. */
export const LONGEST_TICKET = 100;

/** The pattern of a ticket: a regular expression, or a linear engine that stands for one. */
export type TextPattern = Pick<RegExp, "source" | "test">;

const NOTHING_TO_READ = "has no letter and no digit: a reader would learn nothing from it";

/** The fault of the reason of a denial or a dispute; `null` if it has none. */
export function decisionReasonFault(reason: string): string | null {
  return reasonFault(reason, "Say why: the requester and the audit log need a reason.");
}

/**
 * What is wrong with a reason; `null` if nothing is. It needs a letter, digit or emoji that can be seen: invisible
 * characters or punctuation alone give no reason. `missing` is the answer to an empty one.
 */
export function reasonFault(
  reason: string,
  missing = "Say why: the approver and the audit log need a reason.",
): string | null {
  const text = reason.trim();
  if (withoutInvisible(text).trim() === "") return missing;
  return (
    textFault(text, LONGEST_REASON) ?? (saysSomething(text) ? null : `This ${NOTHING_TO_READ}. ${missing}`)
  );
}

/** The fault of a ticket; `null` if it has none. A missing ticket is a fault only if a pattern is set. */
export function ticketFault(ticket: string, pattern: TextPattern | null): string | null {
  const text = ticket.trim();
  const fault = textFault(text, LONGEST_TICKET);
  if (fault !== null) return fault;
  if (text !== "" && !saysSomething(text))
    return `This ${NOTHING_TO_READ}.${pattern ? "" : " Or leave it empty."}`;
  return pattern && !pattern.test(ticketOf(ticket) ?? "")
    ? `A ticket has to look like ${pattern.source}.`
    : null;
}

/** The ticket that was typed, without blanks around it and invisible characters in it; `null` if there is none. */
export function ticketOf(typed: string): string | null {
  return withoutInvisible(typed).trim() || null;
}

/** The fault of a text that is to be stored: its length, or a character that can't be stored. */
export function textFault(text: string, longest: number): string | null {
  if (text.length > longest) return `At most ${longest} characters; these are ${text.length}.`;
  return isStorable(text)
    ? null
    : "Has half a character (a cut emoji?) or U+0000, which can't be stored. Remove it.";
}
