import { FAULT_SWITCHES } from "./fault-switches.ts";

/** Example lines, each with its meaning. */
export const EXAMPLES: readonly (readonly [line: string, meaning: string])[] = [
  [
    "maya #insider-risk-approvals /incydr user nadia.petrov@harborlight.example",
    "types a command in a channel",
  ],
  [
    "maya click Add roles…",
    "clicks a button in her modal, or in the newest message that has it; the … can be left out",
  ],
  [
    'maya fill "Roles to add"="Alert Emails, Watchlist Manager" Reason="Because of SEC-311"',
    "fills in fields of her modal",
  ],
  [
    'maya fill User="nadia -> Nadia Petrov (nadia.petrov@harborlight.example)"',
    "types in a menu that searches, and chooses an option; without the arrow, the options are listed",
  ],
  ["maya submit", "submits her modal; maya close closes it, maya modal shows it again"],
  ["theo click Approve", "clicks a button; if a confirmation opens, click one of its buttons"],
  [
    "theo click Approve #insider-risk-approvals CR-1",
    "clicks it in the newest message there that contains that text",
  ],
  ["theo sees #insider-risk-audit", "shows a channel; theo sees alone shows every channel"],
  ["maya #inc-4711 /incydr bulk deactivate", "opens a form that takes a file or pasted lines"],
  ["maya fill File=sandbox/users.csv", "uploads a file from this machine"],
  [
    'maya fill "Or pasted lines"="dario.conti@harborlight.example\nann.karlsson@harborlight.example"',
    "a value in quotes can have several lines, typed or pasted",
  ],
  ["maya open dry-run.csv", "shows a file that the bot has sent"],
  ["alert #inc-4711 DLP: nadia.petrov@harborlight.example sent 40 files", "another app posts an alert"],
  [
    'jonas shortcut "Act on this user" #inc-4711 40 files',
    "uses the menu of the newest message there that contains that text",
  ],
  ['jonas reply #inc-4711 "40 files" I am on it', "answers in that message's thread"],
  ["jonas #inc-4711 I am on it", "posts a message; write dm for the conversation with the bot"],
];

const COMMANDS: readonly (readonly [line: string, meaning: string])[] = [
  ["people, channels", "lists people or channels"],
  ["writes", "lists every change made in Incydr"],
  ["kill, restart", "kills the bot (kill -9), or starts it again"],
  ["log", "shows the end of the bot's log"],
  ["faults", "lists the faults that are switched on"],
  ["faults off", "switches every fault off"],
  ...FAULT_SWITCHES.map(({ name, what }) => [`faults ${name}`, what] as const),
  ["quit", "stops the sandbox, as Ctrl-C does"],
];

/** The answer to `help`. */
export const HELP_TEXT = [
  "Type an action of a person. The sandbox then shows the result as this person sees it.",
  "",
  ...EXAMPLES.map(([line, meaning]) => `  ${line}\n      ${meaning}`),
  "",
  ...COMMANDS.map(([line, meaning]) => `  ${line.padEnd(30)}${meaning}`),
].join("\n");
