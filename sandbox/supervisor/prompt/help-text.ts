import { FAULT_SWITCHES } from "./fault-switches.ts";

/** How the sandbox is driven from the prompt. */
export const HELP_TEXT = [
  "Type what somebody does; you are then shown what they see.",
  "",
  "  maya #insider-risk-approvals /incydr user nadia.petrov@harborlight.example",
  "  maya click Add roles…                     the newest message they see with that button, or their modal",
  '  maya fill "Roles to add"="Alert Emails, Watchlist Manager" Reason="Because of SEC-311"',
  "  maya submit                               or close; maya modal shows the open modal again",
  "  theo click Approve                        or: theo click Approve #inc-4711",
  "  theo sees #insider-risk-audit             or: theo sees, for every channel",
  "  alert #inc-4711 DLP: nadia.petrov@harborlight.example sent 40 files",
  '  jonas shortcut "Act on this user" #inc-4711 [part of the message]',
  "  jonas #inc-4711 I am on it                posts a message; dm is the conversation with the bot",
  "",
  "  people, channels                          who and what there is",
  "  writes                                    what was written to Incydr",
  "  kill, restart                             kill -9 of the bot, and its next start",
  "  log                                       the end of the bot's log",
  "  faults                                    what is switched on; faults off; or one of:",
  ...FAULT_SWITCHES.map(({ name, what }) => `    faults ${name.padEnd(24)}           ${what}`),
  "  quit                                      or Ctrl-C",
].join("\n");
