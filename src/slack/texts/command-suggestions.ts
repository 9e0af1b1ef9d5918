import leven from "leven";
import { COMMAND_HELP, type CommandName } from "./command-help.ts";

/** The most differing letters between a mistyped command and a suggested one. */
const MOST_DIFFERENT = 2;

interface Meant {
  /** The text of the command, without the words behind the typed one. */
  readonly command: string;
  /** `words`: the command takes the typed words behind it; `request`: `/incydr request` shows the typed request. */
  readonly takes?: "words" | "request";
  /** The place of the thing that the word names. */
  readonly hint?: string;
}

const ON_CARD = "This is a button on the card of a request. Its details have the same buttons.";
const DECIDED: Meant = { command: "requests waiting", takes: "request", hint: ON_CARD };
const AFTERWARDS: Meant = { command: "requests all", takes: "request", hint: ON_CARD };
const TEMPORARY: Meant = {
  command: "grants",
  hint: "Extend… and Revoke now are buttons in the list of temporary roles.",
};
const EXPORT: Meant = { command: "users", hint: "Export CSV is a button below a list of users." };

/** Words that name no command, and the commands that do what they say. */
const OTHER_WORDS: ReadonlyMap<string, Meant> = new Map([
  ["approve", DECIDED],
  ["deny", DECIDED],
  ["reject", DECIDED],
  ["ratify", AFTERWARDS],
  ["dispute", AFTERWARDS],
  ["renew", AFTERWARDS],
  ["extend", TEMPORARY],
  ["revoke", TEMPORARY],
  ["export", EXPORT],
  ["csv", EXPORT],
  ["find", { command: "users", takes: "words" }],
  ["search", { command: "users", takes: "words" }],
  ["lookup", { command: "user", takes: "words" }],
  ["disable", { command: "deactivate", takes: "words" }],
  ["suspend", { command: "deactivate", takes: "words" }],
  ["enable", { command: "activate", takes: "words" }],
  ["waiting", { command: "requests waiting" }],
  ["mine", { command: "requests mine" }],
]);

/**
 * The text of the command that an unknown text may mean: by another word for it, by a request's number, or by the most
 * similar name. If only the words behind a command's name are wrong, it is the help for the command. `null` if no
 * command is similar.
 */
export function nearestCommand(text: string): string | null {
  const typed = text.trim();
  const [first = ""] = typed.split(/\s+/, 1);
  const word = first.toLowerCase();
  // A long text is no name, and would take long to compare.
  if (word.length > 20) return null;
  const rest = typed.slice(first.length).trim();
  const meant = OTHER_WORDS.get(word);
  if (meant) return meantCommand(meant, rest);
  if (isNumberOfRequest(word)) return `request ${word.toUpperCase()}`;
  if (isCommand(word)) return `help ${word}`;
  const nearest = nearestName(word);
  return nearest === null ? null : `${nearest} ${rest}`.trim();
}

/** A hint in place of an unknown command: the usage of a known name, or the place of a button; `null` without one. */
export function unknownCommandHint(text: string): string | null {
  const [first = ""] = text.trim().split(/\s+/, 1);
  const word = first.toLowerCase();
  if (isCommand(word))
    return `Use ${COMMAND_HELP[word].usage.map((usage) => `/incydr ${usage}`).join(" or ")}.`;
  return OTHER_WORDS.get(word)?.hint ?? null;
}

function meantCommand({ command, takes }: Meant, rest: string): string {
  if (takes === "words") return `${command} ${rest}`.trim();
  const number = rest.toLowerCase();
  return takes === "request" && isNumberOfRequest(number) ? `request ${rest.toUpperCase()}` : command;
}

function nearestName(word: string): CommandName | null {
  const names = (Object.keys(COMMAND_HELP) as CommandName[]).filter((name) => name !== "menu"); // its own keys
  const distances = names.map((name) => ({ name, distance: leven(word, name) }));
  const [nearest] = distances.sort((a, b) => a.distance - b.distance);
  return nearest && nearest.distance <= Math.min(MOST_DIFFERENT, word.length - 2) ? nearest.name : null;
}

function isNumberOfRequest(word: string): boolean {
  return /^cr-[1-9]\d{0,14}$/.test(word);
}

function isCommand(word: string): word is CommandName {
  return Object.hasOwn(COMMAND_HELP, word);
}
