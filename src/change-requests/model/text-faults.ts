import { isStorable } from "../../kernel/storable-text.ts";
import { saysSomething, withoutInvisible } from "../../kernel/visible-text.ts";

/** The longest reason, in UTF-16 units, as Slack counts. */
export const LONGEST_REASON = 1_000;
/** The longest ticket, in UTF-16 units. */
export const LONGEST_TICKET = 100;

/** The pattern of a ticket: a regular expression, or an engine with linear time. */
export type TextPattern = Pick<RegExp, "source" | "test">;

/** `not_storable`: half a character or U+0000. Lengths are in UTF-16 units. */
export type StoredTextFault =
  | { readonly kind: "too_long"; readonly most: number; readonly length: number }
  | { readonly kind: "not_storable" };

/** `says_nothing`: the reason has no letter and no digit. */
export type ReasonFault = StoredTextFault | { readonly kind: "missing" } | { readonly kind: "says_nothing" };

/** `mayBeEmpty`: no pattern asks for a ticket. */
export type TicketFault =
  | StoredTextFault
  | { readonly kind: "says_nothing"; readonly mayBeEmpty: boolean }
  | { readonly kind: "another_form"; readonly pattern: string };

/** The fault of a reason, if any. A reason needs a visible letter, digit or emoji. */
export function reasonFault(reason: string): ReasonFault | null {
  const text = reason.trim();
  if (withoutInvisible(text).trim() === "") return { kind: "missing" };
  return textFault(text, LONGEST_REASON) ?? (saysSomething(text) ? null : { kind: "says_nothing" });
}

/** The fault of a ticket, if any. A missing ticket is a fault only if a pattern is set. */
export function ticketFault(ticket: string, pattern: TextPattern | null): TicketFault | null {
  const text = ticket.trim();
  const fault = textFault(text, LONGEST_TICKET);
  if (fault !== null) return fault;
  if (text !== "" && !saysSomething(text)) return { kind: "says_nothing", mayBeEmpty: pattern === null };
  return pattern && !pattern.test(ticketOf(ticket) ?? "")
    ? { kind: "another_form", pattern: pattern.source }
    : null;
}

/** The typed ticket, trimmed and without invisible characters; `null` if it is empty. */
export function ticketOf(typed: string): string | null {
  return withoutInvisible(typed).trim() || null;
}

export function textFault(text: string, longest: number): StoredTextFault | null {
  if (text.length > longest) return { kind: "too_long", most: longest, length: text.length };
  return isStorable(text) ? null : { kind: "not_storable" };
}
