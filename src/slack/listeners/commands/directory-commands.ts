import { listedUsers, type OptionFault } from "../../../change-requests/index.ts";
import { type DirectoryFilter, LONGEST_FILTER_TEXT } from "../../../subjects/index.ts";
import { withNames } from "../../texts/typed-text.ts";
import { command, type NotUnderstood } from "./command.ts";
import { readOptions } from "./command-options.ts";
import { nameOrNull, unquoted } from "./command-words.ts";

const OPTIONS = {
  active: "switch",
  inactive: "switch",
  blocked: "switch",
  unblocked: "switch",
  org: "value",
  role: "value",
} as const;

/** `[<text>] [--active|--inactive] [--blocked|--unblocked] [--org <organization>] [--role <role>]`. */
export const users = command({
  parse: readFilter,
  run: ({ deps, slackUserId, reply }, { filter }) =>
    reply(async () => {
      const isFrozen = await deps.isFrozen();
      return {
        kind: "users",
        list: listedUsers(filter, await deps.userList.first(slackUserId, filter)),
        isFrozen,
      };
    }),
});

function readFilter(
  argument: string,
): { readonly filter: DirectoryFilter } | { readonly notUnderstood: NotUnderstood } {
  const separated = readOptions(argument, OPTIONS);
  if ("fault" in separated) return { notUnderstood: { option: separated.fault } };
  const { rest, options } = separated;
  const { active, inactive, blocked, unblocked, org = null, role = null } = options;
  // The label of a mention is a name in Slack, which may be a part of a name in Incydr.
  const text = nameOrNull(unquoted(withNames(rest).replace(/^@/, "")));
  const fault =
    exclusive("active", active, "inactive", inactive) ??
    exclusive("blocked", blocked, "unblocked", unblocked) ??
    (text !== null && text.length > LONGEST_FILTER_TEXT
      ? ({ why: "long_name", most: LONGEST_FILTER_TEXT } as const)
      : null) ??
    tooLong("org", org) ??
    tooLong("role", role);
  if (fault) return { notUnderstood: { option: fault } };
  return {
    filter: { text, active: oneOf(active, inactive), blocked: oneOf(blocked, unblocked), org, role },
  };
}

export function oneOf(yes: true | undefined, no: true | undefined): boolean | null {
  if (yes) return true;
  return no ? false : null;
}

export function exclusive(
  name: string,
  typed: true | undefined,
  otherName: string,
  otherTyped: true | undefined,
): OptionFault | null {
  return typed && otherTyped ? { why: "exclusive", option: name, other: otherName } : null;
}

function tooLong(option: string, value: string | null): OptionFault | null {
  return value !== null && value.length > LONGEST_FILTER_TEXT
    ? { why: "too_long", option, most: LONGEST_FILTER_TEXT }
    : null;
}
