import type { BulkKind, Change } from "../../change-requests/index.ts";

/** What somebody typed behind `/incydr`. */
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
  /** `request`: its number; `null` if none was named. */
  | { readonly name: "undo"; readonly request: number | null }
  | { readonly name: "bulk"; readonly kind: BulkKind }
  /** `who`: of whom; `null` for everybody. */
  | { readonly name: "grants"; readonly who: string | null }
  | { readonly name: "freeze"; readonly reason: string | null }
  | { readonly name: "unfreeze" }
  | { readonly name: "unknown"; readonly typed: string };

/** Understands a command's text, unescaped already. */
export function parseCommand(text: string): Command {
  const [first = "", ...rest] = text.trim().split(/\s+/);
  const argument = text.trim().slice(first.length).trim();
  switch (first.toLowerCase()) {
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
      const [who = "", action = "", subject = null, change = null] = rest;
      return {
        name: "can",
        who,
        action: action.toLowerCase(),
        subject,
        change: change?.toLowerCase() ?? null,
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

/** `CR-17`, or its number alone. */
function requestNumber(text: string): number | null {
  const digits = /^(?:CR-)?([1-9]\d{0,14})$/i.exec(text)?.[1];
  return digits ? Number(digits) : null;
}

const BULKS: Readonly<Record<string, BulkKind>> = {
  deactivate: "deactivate",
  activate: "activate",
  "add-roles": "add_roles",
  "remove-roles": "remove_roles",
  move: "move",
};

/** One of the changes that can be asked for of many. */
function bulk(argument: string): Command {
  const kind = BULKS[argument.toLowerCase()];
  return kind ? { name: "bulk", kind } : { name: "unknown", typed: `bulk ${argument}`.trim() };
}

/** `<who> [<organization>]`; the name of an organization may have blanks. */
function move(argument: string): Command {
  const [who = "", ...org] = argument.split(/\s+/);
  return { name: "change", kind: "move", who, role: null, org: org.join(" ") || null };
}

/** `<who> [add|remove [<role>]]` or `<who> set`; the name of a role may have blanks. */
function roleChange(argument: string): Command {
  const [who = "", verb = "add", ...role] = argument.split(/\s+/);
  if (verb.toLowerCase() === "set" && role.length === 0)
    return { name: "change", kind: "replace_roles", who, role: null, org: null };
  const kind = { add: "add_roles", remove: "remove_roles" }[verb.toLowerCase()] as Change["kind"] | undefined; // of these two
  if (!kind) return { name: "unknown", typed: `roles <who> ${verb}` };
  return { name: "change", kind, who, role: role.join(" ") || null, org: null };
}
