import type { CommandName } from "../../texts/command-help.ts";
import { activate, addRole, deactivate, emergency, move, removeRole, setRoles } from "./change-commands.ts";
import type { Command, CommandContext, NotUnderstood } from "./command.ts";
import { keyword } from "./command-words.ts";
import { freeze, help, menu, unfreeze } from "./control-commands.ts";
import { agents, devices } from "./device-commands.ts";
import { users } from "./directory-commands.ts";
import { can, grants, user } from "./look-up-commands.ts";
import { org, orgs } from "./org-commands.ts";
import { bulk, cancel, request, requests, undo } from "./request-commands.ts";
import { role, roles } from "./role-commands.ts";
import { status, whoami } from "./status-commands.ts";

// biome-ignore lint/suspicious/noExplicitAny: each command runs with the arguments that it has read
type AnyCommand = Command<any>;

/** Each command by its name. `slack/texts/command-help.ts` explains each. */
const COMMANDS: Readonly<Record<CommandName, AnyCommand>> = {
  user,
  users,
  roles,
  role,
  devices,
  agents,
  grants,
  deactivate,
  activate,
  move,
  "add-role": addRole,
  "remove-role": removeRole,
  "set-roles": setRoles,
  bulk,
  requests,
  request,
  cancel,
  undo,
  emergency,
  freeze,
  unfreeze,
  can,
  org,
  orgs,
  status,
  whoami,
  help,
  menu,
};

/** Other spellings of a command's name. */
const SPELLINGS: ReadonlyMap<string, CommandName> = new Map([
  ["", "menu"],
  ["add-roles", "add-role"],
  ["remove-roles", "remove-role"],
  ["set-role", "set-roles"],
  ["reactivate", "activate"],
  ["?", "help"],
]);

/** A command that the bot understood, with its arguments, or a text that it did not understand. */
export type ParsedCommand =
  | { readonly name: CommandName; readonly args: object }
  | { readonly name: "unknown"; readonly notUnderstood: NotUnderstood };

/**
 * Parses a command's text without Slack's escapes. In the words of the command itself, the quotes and hyphens of word
 * processors count as plain ones. The name of a role or an organization keeps its quotes.
 */
export function parseCommand(text: string): ParsedCommand {
  const typed = text.trim();
  const [first = ""] = typed.split(/\s+/, 1);
  const name = commandNamed(keyword(first));
  if (!name) return { name: "unknown", notUnderstood: { typed: first } };
  const args: object = COMMANDS[name].parse(typed.slice(first.length).trim());
  return "notUnderstood" in args
    ? { name: "unknown", notUnderstood: args.notUnderstood as NotUnderstood } // only this member is named so
    : { name, args };
}

/** Runs a command with the arguments that it has read. */
export function runCommand(
  context: CommandContext,
  { name, args }: Exclude<ParsedCommand, { readonly name: "unknown" }>,
): Promise<void> {
  return COMMANDS[name].run(context, args);
}

/** The command with this name in lower case, or with one of its other spellings. */
function commandNamed(word: string): CommandName | undefined {
  return Object.hasOwn(COMMANDS, word) ? (word as CommandName) : SPELLINGS.get(word); // one of its own keys
}
