import type { DispatchResult } from "../slack/driver/client-context.ts";
import { type FieldInput, fileToUpload } from "../slack/driver/field-input.ts";
import type { Message } from "../slack/driver/message-view.ts";
import type { Modal } from "../slack/driver/modal-view.ts";
import type { SlackPerson } from "../slack/driver.ts";
import type { Printer } from "./printer.ts";

/** A person of the scenario. Each action is printed, and must be acknowledged in time. */
export interface TourPerson {
  types(command: string, options: { in: string }): Promise<void>;
  clicks(button: string, message: Message): Promise<void>;
  /** Fills in fields of the open modal, by label. */
  fills(fields: Readonly<Record<string, FieldInput>>): Promise<void>;
  /** Submits the open modal. Throws if the bot or the client refuses its input. */
  submits(): Promise<void>;
  picks(shortcut: string, message: Message): Promise<void>;
  /** Waits until the open modal shows a text. */
  awaitsModal(text: string): Promise<Modal>;
  /** Waits for a message with all these texts. */
  awaitsMessage(channel: string, ...texts: string[]): Promise<Message>;
}

/** How long a person waits for an expected message or modal. */
const EXPECTED_TIMEOUT_MS = 20_000;

/** Makes a person who acts through a Slack client, and prints each action. */
export function createTourPerson(options: { slackPerson: SlackPerson; printer: Printer }): TourPerson {
  const { slackPerson, printer } = options;
  const [name = ""] = slackPerson.person.displayName.split(" ");
  const print = (what: string) => printer.action(name, what);
  return {
    async types(command, { in: channel }) {
      print(`types in #${channel}: ${command}`);
      assertAcked(command, await slackPerson.command(command, { in: channel }));
    },
    async clicks(button, message) {
      print(`clicks “${button}” in #${message.channelName}`);
      const result = await slackPerson.click(button, { message });
      if (!result.dispatched) throw new Error(`The click on “${button}” did not reach the bot.`);
      assertAcked(button, result);
    },
    async fills(fields) {
      for (const [field, input] of Object.entries(fields)) print(`fills in ${field}: ${shown(input)}`);
      await slackPerson.fill({ ...fields });
    },
    async submits() {
      print(`presses “${slackPerson.modal()?.submit}”`);
      const result = await slackPerson.submit();
      if (result.errors) throw new Error(`The form was refused: ${JSON.stringify(result.errors)}`);
      if (result.dispatched) assertAcked("The submission", result);
    },
    async picks(shortcut, message) {
      print(`picks “${shortcut}” in the menu of the message`);
      assertAcked(shortcut, await slackPerson.shortcut(shortcut, { message }));
    },
    awaitsModal: (text) => slackPerson.waitForModal(text, { timeoutMs: EXPECTED_TIMEOUT_MS }),
    awaitsMessage: (channel, ...texts) =>
      slackPerson.waitForMessage(channel, ({ plain }) => texts.every((text) => plain.includes(text)), {
        timeoutMs: EXPECTED_TIMEOUT_MS,
      }),
  };
}

function assertAcked(what: string, { acked, reason, ackMs }: DispatchResult): void {
  if (!acked) throw new Error(`${what} was not acknowledged (${reason} after ${Math.round(ackMs)} ms).`);
}

function shown(input: FieldInput): string {
  if (Array.isArray(input)) return input.join(", ");
  return fileToUpload(input)?.file ?? String(input);
}
