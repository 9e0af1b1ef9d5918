import type { Button, KnownBlock } from "@slack/types";
import type { ListedPage } from "../../change-requests/index.ts";
import { ACTION_IDS } from "../ids/registrations.ts";

/** The most characters of a button's text (https://docs.slack.dev/reference/block-kit/block-elements/button-element). */
export const LONGEST_BUTTON_TEXT = 75;

/**
 * A button that runs a command as if the person had typed it. Two buttons of one block need different `actionId`s.
 * @param command at most `LONGEST_COMMAND_TEXT` characters
 */
export function commandButton(
  label: string,
  command: string,
  actionId: string = ACTION_IDS.runCommand,
): Button {
  return {
    type: "button",
    action_id: actionId,
    text: { type: "plain_text", text: label, emoji: false },
    value: command,
  };
}

/** Buttons for the pages beside the shown one; none if it is the only one. */
export function pageButtons(
  { previous, next }: Pick<ListedPage, "previous" | "next">,
  labels = { previous: "Previous", next: "Next" },
): KnownBlock[] {
  const elements = [
    ...(previous === null ? [] : [commandButton(labels.previous, previous, ACTION_IDS.runPrevious)]),
    ...(next === null ? [] : [commandButton(labels.next, next, ACTION_IDS.runNext)]),
  ];
  return elements.length === 0 ? [] : [{ type: "actions", elements }];
}
