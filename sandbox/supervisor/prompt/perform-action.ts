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
  const newestWith = (isMeant: (buttons: readonly string[]) => boolean) =>
    newest(
      person,
      channel === null ? channels : [channel],
      ({ buttons, plain }) => isMeant(buttons) && plain.includes(text),
    );
  const { label, place } = await buttonNamed(person, button, newestWith);
  const result = await person.click(label, { ...place, confirm: false });
  if (result.dispatched || !result.dialog) return outcomeOf(result);
  const confirm = async () => outcomeOf(await person.click(label, place)).fault;
  return { fault: null, dialog: { shown: result.dialog, confirm } };
}

/** Waits for the button, and returns its whole label and its place: the open modal or the newest message that has it. */
async function buttonNamed(
  person: SlackPerson,
  typed: string,
  newestWith: (isMeant: (buttons: readonly string[]) => boolean) => Message | undefined,
): Promise<{ readonly label: string; readonly place: PlaceOptions }> {
  const deadlineMs = performance.now() + ELEMENT_TIMEOUT_MS;
  const find = (isTyped: (label: string) => boolean) => {
    const inModal = person.modal()?.buttons.find(isTyped);
    if (inModal !== undefined) return { label: inModal, place: {} };
    const message = newestWith((buttons) => buttons.some(isTyped));
    const label = message?.buttons.find(isTyped);
    return message && label !== undefined ? { label, place: { message } } : null;
  };
  for (;;) {
    const found = find((label) => label === typed) ?? find((label) => isSameLabel(label, typed));
    if (found) return found;
    if (performance.now() > deadlineMs) {
      const there = person.modal()?.buttons ?? newestWith((buttons) => buttons.length > 0)?.buttons ?? [];
      const shown = [...new Set(there)].map((label) => `[${label}]`).join(" ");
      const others = shown === "" ? "" : ` The newest buttons are ${shown}.`;
      throw new Error(`${person.person.displayName} sees no button “${typed}”.${others}`);
    }
    await delay(POLL_MS);
  }
}

/** Whether the typed text means this label: in any case, with or without its “…”. */
export function isSameLabel(label: string, typed: string): boolean {
  const bare = (text: string) => text.replace(/(?:…|\.\.\.)$/, "").toLowerCase();
  return bare(label) === bare(typed);
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
