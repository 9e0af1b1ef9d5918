import { setTimeout as delay } from "node:timers/promises";
import type { ActionResult } from "../../slack/driver/act.ts";
import type { DispatchResult } from "../../slack/driver/client-context.ts";
import type { FieldInput } from "../../slack/driver/field-input.ts";
import type { Message } from "../../slack/driver/message-view.ts";
import type { Modal } from "../../slack/driver/modal-view.ts";
import type { SubmitResult } from "../../slack/driver/submit-view.ts";
import type { SlackPerson } from "../../slack/driver.ts";
import type { PersonAction } from "./parse-line.ts";

/** Fields in which several things can be chosen. */
const MULTIPLE = /^multi_|^checkboxes$/;
/** How long an action waits for its element: a form that still loads, a card that is still posted. */
const ELEMENT_TIMEOUT_MS = 5_000;
const POLL_MS = 50;

/**
 * Performs a typed action for a person; resolves to the fault between Slack and the bot, or to null. Throws for an
 * action that their Slack client doesn't offer.
 */
export async function performAction(
  person: SlackPerson,
  action: Exclude<PersonAction, { does: "look" } | { does: "modal" }>,
  channels: readonly string[],
): Promise<string | null> {
  switch (action.does) {
    case "command":
      return faultOf(await person.command(action.line, { in: action.channel }));
    case "post":
      person.post(action.channel, action.text);
      return null;
    case "fill": {
      const modal = await modalWith(person, (open) =>
        Object.keys(action.fields).every((name) => fieldOf(open, name)),
      );
      await person.fill(inputsFor(modal, action.fields));
      return null;
    }
    case "submit":
      await modalWith(person, ({ submit }) => submit !== undefined);
      return faultOf(await person.submit());
    case "close":
      await person.close();
      return null;
    case "click":
      return faultOf(
        await click(person, action.button, action.channel === null ? channels : [action.channel]),
      );
    case "shortcut": {
      const { name, channel, text } = action;
      const message = newest(person, [channel], ({ plain, ephemeral }) => !ephemeral && plain.includes(text));
      if (!message) throw new Error(`${person.person.displayName} sees no such message in #${channel}.`);
      return faultOf(await person.shortcut(name, { message }));
    }
  }
}

async function click(
  person: SlackPerson,
  button: string,
  channels: readonly string[],
): Promise<ActionResult> {
  const find = () => newest(person, channels, ({ buttons }) => buttons.includes(button));
  const deadlineMs = performance.now() + ELEMENT_TIMEOUT_MS;
  for (;;) {
    if (person.modal()?.buttons.includes(button)) return person.click(button);
    const message = find();
    if (message) return person.click(button, { message });
    if (performance.now() > deadlineMs)
      throw new Error(`${person.person.displayName} sees no button “${button}”.`);
    await delay(POLL_MS);
  }
}

/** The open modal once it is as it should be; as it is when it doesn't become so in time. */
async function modalWith(
  person: SlackPerson,
  isReady: (modal: Modal) => boolean,
): Promise<Modal | undefined> {
  return person.waitForModal(isReady, { timeoutMs: ELEMENT_TIMEOUT_MS }).catch(() => person.modal());
}

function newest(
  person: SlackPerson,
  channels: readonly string[],
  isMeant: (message: Message) => boolean,
): Message | undefined {
  return channels
    .flatMap((channel) => person.sees(channel))
    .filter(isMeant)
    .sort((one, other) => Number(one.ts) - Number(other.ts))
    .at(-1);
}

function fieldOf(modal: Modal, name: string): Modal["fields"][number] | undefined {
  return modal.fields.find(({ label, actionId, blockId }) => [label, actionId, blockId].includes(name));
}

/** What was typed, as several choices where the field takes several. */
function inputsFor(
  modal: Modal | undefined,
  typed: Readonly<Record<string, string>>,
): Record<string, FieldInput> {
  return Object.fromEntries(
    Object.entries(typed).map(([name, text]): [string, FieldInput] => {
      const field = modal && fieldOf(modal, name);
      return [name, field && MULTIPLE.test(field.type) ? text.split(",").map((part) => part.trim()) : text];
    }),
  );
}

function faultOf(result: DispatchResult | ActionResult | SubmitResult): string | null {
  if ("errors" in result && result.errors) return "The form has errors; see next to its fields.";
  if (result.acked || !("delivery" in result)) return null;
  return `The bot did not acknowledge it: ${result.reason} after ${Math.round(result.ackMs)} ms.`;
}
