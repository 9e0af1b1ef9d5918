import { FAULT_SWITCHES } from "./fault-switches.ts";

/** Lines that can be typed as they are, each with its meaning. */
export const EXAMPLES: readonly (readonly [line: string, meaning: string])[] = [
  [
    "maya #insider-risk-approvals /incydr user nadia.petrov@harborlight.example",
    "types a command in a channel",
  ],
  ["maya click Add roles…", "clicks a button of her modal, or of the newest message that has it"],
  [
    'maya fill "Roles to add"="Alert Emails, Watchlist Manager" Reason="Because of SEC-311"',
    "fills in fields",
  ],
  ["maya submit", "or close; maya modal shows the modal again"],
  ["theo click Approve", "opens a confirmation; click one of its buttons"],
  ["theo click Approve #insider-risk-approvals CR-1", "clicks it on the newest message there with that text"],
  ["theo sees #insider-risk-audit", "or theo sees, for every channel"],
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
    "the menu of the newest message there with that text",
  ],
  ['jonas reply #inc-4711 "40 files" I am on it', "answers in that message's thread"],
  ["jonas #inc-4711 I am on it", "posts a message; dm is the conversation with the bot"],
];

const COMMANDS: readonly (readonly [line: string, meaning: string])[] = [
  ["people, channels", "lists them"],
  ["writes", "lists every change made in Incydr"],
  ["kill, restart", "kills the bot (kill -9), and starts it again"],
  ["log", "shows the end of the bot's log"],
  ["faults", "shows which faults are switched on"],
  ["faults off", "switches every fault off"],
  ...FAULT_SWITCHES.map(({ name, what }) => [`faults ${name}`, what] as const),
  ["quit", "or Ctrl-C"],
];

/** How to drive the sandbox from the prompt. */
export const HELP_TEXT = [
  "Type what a person does. The sandbox then shows what this person sees.",
  "",
  ...EXAMPLES.map(([line, meaning]) => `  ${line}\n      ${meaning}`),
  "",
  ...COMMANDS.map(([line, meaning]) => `  ${line.padEnd(30)}${meaning}`),
].join("\n");
