import { isStorable } from "../../kernel/storable-text.ts";
import { saysSomething, withoutInvisible } from "../../kernel/visible-text.ts";

/** UTF-16 units of a reason, as Slack counts. */
export const LONGEST_REASON = 1_000;
/** UTF-16 units of a ticket, as Slack counts. */
export const LONGEST_TICKET = 100;

/** The pattern of a ticket: a regular expression, or a linear engine that stands for one. */
export type TextPattern = Pick<RegExp, "source" | "test">;

/**
 * The fault of a text that is to be stored. Lengths are in UTF-16 units; half a character and U+0000 can't be stored.
 */
export type StoredTextFault =
  | { readonly kind: "too_long"; readonly most: number; readonly length: number }
  | { readonly kind: "not_storable" };

/** The fault of a reason; `says_nothing`: it has no letter and no digit. */
export type ReasonFault = StoredTextFault | { readonly kind: "missing" } | { readonly kind: "says_nothing" };

/** The fault of a ticket; `mayBeEmpty`: no pattern asks for a ticket. */
export type TicketFault =
  | StoredTextFault
  | { readonly kind: "says_nothing"; readonly mayBeEmpty: boolean }
  | { readonly kind: "another_form"; readonly pattern: string };

/**
 * The fault of a reason; `null` if it has none. It needs a letter, digit or emoji that can be seen: invisible
 * characters or punctuation alone give no reason.
 */
export function reasonFault(reason: string): ReasonFault | null {
  const text = reason.trim();
  if (withoutInvisible(text).trim() === "") return { kind: "missing" };
  return textFault(text, LONGEST_REASON) ?? (saysSomething(text) ? null : { kind: "says_nothing" });
}

/** The fault of a ticket; `null` if it has none. A missing ticket is a fault only if a pattern is set. */
export function ticketFault(ticket: string, pattern: TextPattern | null): TicketFault | null {
  const text = ticket.trim();
  const fault = textFault(text, LONGEST_TICKET);
  if (fault !== null) return fault;
  if (text !== "" && !saysSomething(text)) return { kind: "says_nothing", mayBeEmpty: pattern === null };
  return pattern && !pattern.test(ticketOf(ticket) ?? "")
    ? { kind: "another_form", pattern: pattern.source }
    : null;
}

/** The ticket that was typed, without blanks around it and invisible characters in it; `null` if there is none. */
export function ticketOf(typed: string): string | null {
  return withoutInvisible(typed).trim() || null;
}

/** The fault of a text that is to be stored: its length, or a character that can't be stored. */
export function textFault(text: string, longest: number): StoredTextFault | null {
  if (text.length > longest) return { kind: "too_long", most: longest, length: text.length };
  return isStorable(text) ? null : { kind: "not_storable" };
}
