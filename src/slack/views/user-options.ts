import type { OptionGroup, PlainTextOption } from "@slack/types";
import type { SuggestedUsers } from "../../change-requests/index.ts";
import { inQuotes, quotedName, quotedUsername } from "../../kernel/quoted-name.ts";
import type { DirectoryUser } from "../../subjects/index.ts";
import { count } from "../texts/change-texts.ts";
import { shortened } from "../texts/rich-text.ts";

/** Slack's limits for an option: https://docs.slack.dev/reference/block-kit/composition-objects/option-object */
const LONGEST = { text: 75, value: 150 } as const;

/** Characters of a long username that stay, because a username tells more than a name does. */
const USERNAME_KEPT = 40;

/** The beginnings of the values: a user of the directory, and a text that the person typed. */
const PREFIX = { chosen: "id:", typed: "typed:" } as const;

/** The options of the menu of users: the suggested users, and the typed text for a user who is not among them. */
export function userOptions(
  { users, total }: SuggestedUsers,
  typed: string,
): { options: PlainTextOption[] } | { option_groups: OptionGroup[] } {
  const suggested = users.map(userOption).filter(({ value }) => fits(value));
  const others = typed.trim() === "" ? [] : [typedOption(typed)];
  const label = `${count(total, "user")} in the directory`;
  const narrowed = `${suggested.length} of ${label}. Type more letters.`;
  const groups = [
    ...(suggested.length > 0 ? [group(total > suggested.length ? narrowed : label, suggested)] : []),
    ...(others.length > 0 ? [group("Not in the list?", others)] : []),
  ];
  return groups.length > 0 ? { option_groups: groups } : { options: [] };
}

function userOption({ userId, username, displayName, active }: DirectoryUser): PlainTextOption {
  const text = named(quotedName(displayName), quotedUsername(username));
  return {
    text: plainText(text),
    value: `${PREFIX.chosen}${userId}`,
    ...(active === false ? { description: plainText("Inactive") } : {}),
  };
}

/** The typed text as a choice. Slack's values are short, and a longer text is never cut. */
export function typedOption(typed: string): PlainTextOption {
  const text = typed.trim();
  const value = `${PREFIX.typed}${text}`;
  if (!fits(value))
    return { text: plainText("Too long for this menu. Type it after a command."), value: PREFIX.typed };
  const shown = shortened(text, LONGEST.text - "Use “”".length);
  return { text: plainText(`Use ${inQuotes(shown)}`), value };
}

/** The chosen user as a text for the look-up in Incydr. */
export interface ChosenUser {
  readonly who: string;
  /** Whether the person chose a suggestion, and typed no name. */
  readonly isSuggested: boolean;
}

/** Reads the value of an option; `null` for the option of a text that is too long. */
export function readUserOption(value: string): ChosenUser | null {
  const isSuggested = value.startsWith(PREFIX.chosen);
  const prefix = isSuggested ? PREFIX.chosen : value.startsWith(PREFIX.typed) ? PREFIX.typed : "";
  const who = value.slice(prefix.length);
  return who === "" ? null : { who, isSuggested };
}

function named(name: string, username: string): string {
  if (name === username) return shortened(username, LONGEST.text);
  const room = LONGEST.text - " ()".length;
  const shownUsername = shortened(username, Math.max(USERNAME_KEPT, room - name.length));
  return `${shortened(name, room - shownUsername.length)} (${shownUsername})`;
}

function fits(value = ""): boolean {
  return value.length <= LONGEST.value;
}

function group(label: string, options: PlainTextOption[]): OptionGroup {
  return { label: plainText(label), options };
}

function plainText(text: string) {
  return { type: "plain_text", text, emoji: false } as const;
}
