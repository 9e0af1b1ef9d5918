import type { BulkKind, Change } from "../../../change-requests/index.ts";
import { withoutInvisible, withPlainHyphens } from "../../../kernel/visible-text.ts";

/** The text behind `/incydr`, as the bot understands it. */
export type Command =
  | { readonly name: "help" }
  | { readonly name: "user"; readonly who: string }
  | { readonly name: "roles" }
  | {
      readonly name: "change";
      readonly kind: Change["kind"];
      readonly who: string;
      readonly role: string | null;
      readonly org: string | null;
      /** Executed without waiting for approvals. */
      readonly emergency?: boolean;
    }
  | {
      readonly name: "can";
      readonly who: string;
      readonly action: string;
      readonly subject: string | null;
      readonly change: string | null;
    }
  /** `request`: its number; `null` if the text names none. */
  | { readonly name: "undo"; readonly request: number | null }
  | { readonly name: "bulk"; readonly kind: BulkKind }
  /** `who`: the holder; `null` for all holders. */
  | { readonly name: "grants"; readonly who: string | null }
  | { readonly name: "freeze"; readonly reason: string | null }
  | { readonly name: "unfreeze" }
  | { readonly name: "unknown"; readonly typed: string };

/**
 * Parses a command's text without Slack's escapes. In the words of the command itself, the quotes and hyphens of word
 * processors count as plain ones. The name of a role or an organization keeps its quotes.
 */
export function parseCommand(text: string): Command {
  const typed = text.trim();
  const [first = "", ...rest] = typed.split(/\s+/);
  const argument = typed.slice(first.length).trim();
  switch (keyword(first)) {
    case "":
    case "help":
      return { name: "help" };
    case "user":
      return { name: "user", who: argument };
    case "roles":
      return rest.length === 0 ? { name: "roles" } : roleChange(argument);
    case "deactivate":
      return { name: "change", kind: "deactivate", who: argument, role: null, org: null };
    case "emergency":
      return { name: "change", kind: "deactivate", who: argument, role: null, org: null, emergency: true };
    case "activate":
      return { name: "change", kind: "activate", who: argument, role: null, org: null };
    case "move":
      return move(argument);
    case "can": {
      const person = firstPerson(argument);
      const [action = ""] = person.rest.split(/\s+/, 1);
      const subject = firstUser(person.rest.slice(action.length).trim());
      const [change = ""] = subject.rest.split(/\s+/, 1);
      return {
        name: "can",
        who: person.who,
        action: keyword(action),
        subject: subject.who || null,
        change: keyword(change) || null,
      };
    }
    case "undo":
      return { name: "undo", request: requestNumber(argument) };
    case "bulk":
      return bulk(argument);
    case "grants":
      return { name: "grants", who: argument || null };
    case "freeze":
      return { name: "freeze", reason: argument || null };
    case "unfreeze":
      return { name: "unfreeze" };
    default:
      return { name: "unknown", typed: first };
  }
}

/** Reads `CR-17` or `17`. */
function requestNumber(text: string): number | null {
  const digits = /^(?:cr-)?([1-9]\d{0,14})$/.exec(keyword(text))?.[1];
  return digits ? Number(digits) : null;
}

const BULKS: ReadonlyMap<string, BulkKind> = new Map([
  ["deactivate", "deactivate"],
  ["activate", "activate"],
  ["add-roles", "add_roles"],
  ["remove-roles", "remove_roles"],
  ["move", "move"],
]);

function bulk(argument: string): Command {
  const kind = BULKS.get(keyword(argument));
  return kind ? { name: "bulk", kind } : { name: "unknown", typed: `bulk ${argument}`.trim() };
}

/** `<who> [<organization>]`; the name of an organization may have blanks. */
function move(argument: string): Command {
  const { who, rest } = firstUser(argument);
  return { name: "change", kind: "move", who, role: null, org: nameOrNull(rest) };
}

const ROLE_CHANGES: ReadonlyMap<string, Change["kind"]> = new Map([
  ["add", "add_roles"],
  ["remove", "remove_roles"],
]);

/** `<who> [add|remove [<role>]]` or `<who> set`; the name of a role may have blanks. */
function roleChange(argument: string): Command {
  const { who, rest } = firstUser(argument);
  const [verb = ""] = rest.split(/\s+/, 1);
  const role = nameOrNull(rest.slice(verb.length).trim());
  if (keyword(verb) === "set" && role === null)
    return { name: "change", kind: "replace_roles", who, role: null, org: null };
  if (nameOrNull(rest) === null) return { name: "change", kind: "add_roles", who, role: null, org: null };
  const kind = ROLE_CHANGES.get(keyword(verb));
  if (!kind) return { name: "unknown", typed: `roles <who> ${verb}` };
  return { name: "change", kind, who, role, org: null };
}

/** The mention or the word at the start of an argument, and the rest; a mention's label may have blanks. */
function firstPerson(argument: string): { who: string; rest: string } {
  const closing = argument.startsWith("<@") ? argument.indexOf(">") : -1;
  const [word = ""] = argument.split(/\s+/, 1);
  const who = closing > 0 ? argument.slice(0, closing + 1) : word;
  return { who, rest: argument.slice(who.length).trim() };
}

/** The user at the start of an argument, and the rest. A user is one word, or a display name and `<address>`. */
function firstUser(argument: string): { who: string; rest: string } {
  const [word = ""] = argument.split(/\s+/, 1);
  const from = argument.indexOf("<");
  const to = argument.indexOf(">", from);
  const isBracketed = from >= 0 && to >= 0 && argument.slice(from, to).includes("@");
  // A first word that names a user by itself is the whole name, also before a bracket.
  const end = isBracketed && (from === 0 || !isNameByItself(word)) ? to + 1 : word.length;
  return { who: argument.slice(0, end), rest: withoutPunctuation(argument.slice(end)).trim() };
}

function isNameByItself(word: string): boolean {
  return /[@＠\d]/.test(word) && !word.includes("<");
}

/**
 * Removes punctuation at the start of the text behind a user. Punctuation behind a blank stays: the next name may
 * begin with it, such as “.NET Team”.
 */
function withoutPunctuation(text: string): string {
  const [touching = ""] = /^[^\s\p{L}\p{N}]*/u.exec(text) ?? [];
  const isApart = touching.length === text.length || /^\s/.test(text.slice(touching.length));
  if (isApart && /^[,;:.”"'’)\]]*$/.test(touching)) return text.slice(touching.length);
  return text.replace(/^[,;:]+/, "");
}

/** The typed name of a role or an organization; `null` if none of its characters is visible. */
function nameOrNull(typed: string): string | null {
  return unquoted(withoutInvisible(typed)) === "" ? null : typed;
}

/** A word of the command itself, in lower case, with plain hyphens, without quotes around it. */
function keyword(word: string): string {
  return unquoted(withPlainHyphens(withoutInvisible(word)))
    .replace(/^-{1,2}/, "")
    .toLowerCase();
}

const QUOTES = new Set(" '\"`“”„‟«»‹›‘’‚‛");

function unquoted(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && QUOTES.has(text.charAt(from))) from += 1;
  while (from < to && QUOTES.has(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}
