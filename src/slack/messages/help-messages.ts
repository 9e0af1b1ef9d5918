import type { KnownBlock } from "@slack/types";
import type { Answer } from "../../change-requests/index.ts";
import {
  COMMAND_HELP,
  type CommandHelp,
  type CommandName,
  LONGEST_COMMAND_TEXT,
  TOPICS,
} from "../texts/command-help.ts";
import { nearestCommand, unknownCommandHint } from "../texts/command-suggestions.ts";
import { givenBack, type Message, message, shortMessage, type TypedTexts } from "../texts/message.ts";
import { bold, bullet, code, type Inline, lines, plain, richText, shortened } from "../texts/rich-text.ts";
import { withNames } from "../texts/typed-text.ts";
import { commandButton, LONGEST_BUTTON_TEXT } from "./command-buttons.ts";

/** Characters of an unknown command that are shown. */
const LONGEST_COMMAND = 200;

const ABOUT_USERS: readonly Inline[] = [
  code("<who>"),
  plain(
    " is a username (e-mail), an Incydr user id or an @mention. With a part of a name, the bot offers users to choose from. To act on a user named in a message, open the message's menu and choose “Act on this user”. The request then stays in that thread.",
  ),
];

/** The answer to `/incydr help`: all commands by topic, or the one that `of` names. */
export function helpMessage(of: string | null): Message {
  if (of === null) return helpForAll();
  if (Object.hasOwn(COMMAND_HELP, of)) return helpFor(COMMAND_HELP[of as CommandName]); // one of its own keys
  const [nearest = null] = nearestCommand(of)?.split(" ", 1) ?? [];
  return unknownMessage(of, nearest === null ? null : `help ${nearest}`, {});
}

function helpForAll(): Message {
  const topics = Object.entries(TOPICS).map(([topic, title]) =>
    richText(
      lines([bold(title)]),
      Object.values(COMMAND_HELP)
        .filter((help) => help.topic === topic)
        .map(({ usage, does }) => bullet(code(commandText(usage[0])), plain(` ${does}`))),
    ),
  );
  return message("What /incydr can do", [
    richText(
      lines([
        plain(
          "Look up and change Incydr users. Every change is audited. Your policies decide how many approvals a change needs. An emergency runs without approval and is ratified afterwards.",
        ),
      ]),
    ),
    ...topics,
    richText(
      lines(ABOUT_USERS, [code("/incydr help <command>"), plain(" explains a command with examples.")]),
    ),
  ]);
}

function helpFor({ usage, does, details, examples }: CommandHelp): Message {
  const parts = [
    ...usage.map((each): Inline[] => [code(commandText(each))]),
    [plain(`${does.charAt(0).toUpperCase()}${does.slice(1)}.`)],
    ...details.map((sentence): Inline[] => [plain(sentence)]),
  ];
  const block = richText(
    lines(...parts, ...(examples.length > 0 ? [[bold("Examples")]] : [])),
    examples.map((example) => bullet(code(commandText(example)))),
  );
  return message(`How to use ${commandText(usage[0])}`, [block]);
}

/** The commands of the menu: the text beside the button, its label, and the text of its command. */
const MENU: readonly (readonly [string, string, string])[] = [
  ["Users, with search and Export CSV", "List users", "users"],
  ["Change a user: roles, organization, deactivation, emergency", "Choose a user…", "deactivate"],
  ["Deactivate many users from a file or pasted lines", "Deactivate many…", "bulk deactivate"],
  ["Requests that you can approve", "Waiting for me", "requests waiting"],
  ["Requests that you have made", "My requests", "requests mine"],
  ["Roles that can be added", "List roles", "roles"],
  ["Temporary roles and when they end", "List temporary roles", "grants"],
  ["Your account, your groups, and what you may do", "Who am I?", "whoami"],
  ["State of the bot: freeze, age of the directory", "Status", "status"],
  ["Every command", "Help", "help"],
];

/** The answer to `/incydr` alone. */
export function menuMessage(): Message {
  return message("What do you want to do?", [
    richText(lines([plain("To look up a user, type "), code("/incydr user <who>"), plain(".")])),
    ...MENU.map(
      ([text, label, command]): KnownBlock => ({
        type: "section",
        text: { type: "plain_text", text, emoji: false },
        accessory: commandButton(label, command),
      }),
    ),
  ]);
}

/** The answer to an unknown command, with a button for the most similar one. */
export function unknownCommandMessage({
  command,
  nearest = null,
  typed,
}: Extract<Answer, { readonly kind: "unknown_command" }>): Message {
  return unknownMessage(command, nearest, typed);
}

function unknownMessage(command: string, nearest: string | null, typed: TypedTexts): Message {
  const hint = unknownCommandHint(command);
  const { text, blocks } = shortMessage(
    "Unknown command",
    [
      plain(`There is no “/incydr ${shortened(command, LONGEST_COMMAND)}”. `),
      ...(hint === null ? [bold("/incydr help"), plain(" lists all commands.")] : [plain(hint)]),
    ],
    ...givenBack(typed),
  );
  if (nearest === null || nearest.length > LONGEST_COMMAND_TEXT) return { text, blocks };
  const label = shortened(`Run /incydr ${withNames(nearest)}`, LONGEST_BUTTON_TEXT);
  return { text, blocks: [...blocks, { type: "actions", elements: [commandButton(label, nearest)] }] };
}

function commandText(usage = ""): string {
  return `/incydr ${usage}`.trim();
}
