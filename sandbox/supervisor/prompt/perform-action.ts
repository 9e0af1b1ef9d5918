import { setTimeout as delay } from "node:timers/promises";
import type { ActionResult, ShownDialog } from "../../slack/driver/act.ts";
import type { DispatchResult } from "../../slack/driver/client-context.ts";
import type { Message } from "../../slack/driver/message-view.ts";
import type { Modal } from "../../slack/driver/modal-view.ts";
import type { SubmitResult } from "../../slack/driver/submit-view.ts";
import type { PlaceOptions, SlackPerson } from "../../slack/driver.ts";
import { fieldOf, inputsFor } from "./form-inputs.ts";
import type { PersonAction } from "./parse-line.ts";

/** A confirmation dialog that a button has opened. The bot gets the click after `confirm`. */
export interface OpenDialog {
  readonly shown: ShownDialog;
  /** Resolves to the fault between Slack and the bot, or to null. */
  confirm(): Promise<string | null>;
}

/** The effect of an action: a fault between Slack and the bot, a dialog that waits for an answer, or neither. */
export interface ActionOutcome {
  readonly fault: string | null;
  readonly dialog: OpenDialog | null;
}

/** How long an action waits for its element, such as a form that still loads. */
const ELEMENT_TIMEOUT_MS = 5_000;
const POLL_MS = 50;

/** Performs a typed action for a person. Throws if the action is impossible in the person's Slack client. */
export async function performAction(
  person: SlackPerson,
  action: Exclude<PersonAction, { does: "look" | "open" | "modal" }>,
  channels: readonly string[],
): Promise<ActionOutcome> {
  switch (action.does) {
    case "command":
      return outcomeOf(await person.command(action.line, { in: action.channel }));
    case "post":
      person.post(action.channel, action.text);
      return DONE;
    case "reply":
      person.reply(messageWith(person, action.channel, action.about), action.text);
      return DONE;
    case "fill": {
      const modal = await modalWith(person, (open) =>
        Object.keys(action.fields).every((name) => fieldOf(open, name)),
      );
      await person.fill(await inputsFor(modal, action.fields, person.typeIn));
      return DONE;
    }
    case "submit":
      await modalWith(person, ({ submit }) => submit !== undefined);
      return outcomeOf(await person.submit());
    case "close":
      await person.close();
      return DONE;
    case "click":
      return click(person, action, channels);
    case "shortcut": {
      const message = messageWith(person, action.channel, action.text);
      return outcomeOf(await person.shortcut(action.name, { message }));
    }
  }
}

/** Clicks a button. If it needs a confirmation, its dialog stays open. */
async function click(
  person: SlackPerson,
  { button, channel, text }: Extract<PersonAction, { does: "click" }>,
  channels: readonly string[],
): Promise<ActionOutcome> {
  const place = await placeOf(person, button, () =>
    newest(
      person,
      channel === null ? channels : [channel],
      ({ buttons, plain }) => buttons.includes(button) && plain.includes(text),
    ),
  );
  const result = await person.click(button, { ...place, confirm: false });
  if (result.dispatched || !result.dialog) return outcomeOf(result);
  const confirm = async () => outcomeOf(await person.click(button, place)).fault;
  return { fault: null, dialog: { shown: result.dialog, confirm } };
}

/** Waits for the button and returns its place: the open modal or a message. */
async function placeOf(
  person: SlackPerson,
  button: string,
  find: () => Message | undefined,
): Promise<PlaceOptions> {
  const deadlineMs = performance.now() + ELEMENT_TIMEOUT_MS;
  for (;;) {
    if (person.modal()?.buttons.includes(button)) return {};
    const message = find();
    if (message) return { message };
    if (performance.now() > deadlineMs)
      throw new Error(`${person.person.displayName} sees no button “${button}”.`);
    await delay(POLL_MS);
  }
}

/** The open modal once it is ready; after the timeout, the modal as it is. */
async function modalWith(
  person: SlackPerson,
  isReady: (modal: Modal) => boolean,
): Promise<Modal | undefined> {
  return person.waitForModal(isReady, { timeoutMs: ELEMENT_TIMEOUT_MS }).catch(() => person.modal());
}

/**
 * The newest message in a channel that contains a text, without ephemeral ones, which take neither replies nor
 * shortcuts.
 */
function messageWith(person: SlackPerson, channel: string, text: string): Message {
  const message = newest(person, [channel], ({ plain, ephemeral }) => !ephemeral && plain.includes(text));
  if (!message) throw new Error(`${person.person.displayName} sees no such message in #${channel}.`);
  return message;
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

const DONE: ActionOutcome = { fault: null, dialog: null };

function outcomeOf(result: DispatchResult | ActionResult | SubmitResult): ActionOutcome {
  return { fault: faultOf(result), dialog: null };
}

function faultOf(result: DispatchResult | ActionResult | SubmitResult): string | null {
  if ("errors" in result && result.errors) return "The form has errors. They are shown below the fields.";
  if (result.acked || !("delivery" in result)) return null;
  return `The bot did not acknowledge it: ${result.reason} after ${Math.round(result.ackMs)} ms.`;
}
