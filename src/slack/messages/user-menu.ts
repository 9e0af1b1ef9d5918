import type { Overflow } from "@slack/types";
import type { Change } from "../../change-requests/index.ts";
import { OVERFLOW_IDS } from "../ids/registrations.ts";

/** An entry of the menu: a look-up, or a change whose form opens. */
export type UserMenuChoice = "look_up" | Exclude<Change["kind"], "replace_roles">;

/** Characters of an option's value (https://docs.slack.dev/reference/block-kit/composition-objects/option-object). */
const LONGEST_VALUE = 75;

const LABELS: Readonly<Record<UserMenuChoice, string>> = {
  look_up: "Look up",
  add_roles: "Add roles…",
  remove_roles: "Remove roles…",
  move: "Move…",
  activate: "Activate…",
  deactivate: "Deactivate…",
};

/** The menu of actions beside a user of a list; `null` for an id that is too long for Slack. Slack shows at most five. */
export function userMenu(userId: string, { active }: { readonly active: boolean | null }): Overflow | null {
  const state = active === false ? "activate" : "deactivate";
  const choices = ["look_up", "add_roles", "remove_roles", "move", state] as const;
  const options = choices.map((choice) => ({
    text: { type: "plain_text" as const, text: LABELS[choice], emoji: false },
    value: `${choice}:${userId}`,
  }));
  if (options.some(({ value }) => value.length > LONGEST_VALUE)) return null;
  return { type: "overflow", action_id: OVERFLOW_IDS.user, options };
}

/** Reads the value of an option; `null` if the menu has no such option. */
export function readUserMenuValue(
  value: string,
): { readonly choice: UserMenuChoice; readonly userId: string } | null {
  const [choice = "", userId = ""] = value.split(":", 2);
  if (!Object.hasOwn(LABELS, choice) || !/^[A-Za-z0-9_-]+$/.test(userId)) return null;
  return { choice: choice as UserMenuChoice, userId }; // one of the labels' keys
}
