import type { ActionResult } from "../../slack/driver/act.ts";
import type { DispatchResult } from "../../slack/driver/desk.ts";
import type { FieldInput } from "../../slack/driver/field-input.ts";
import type { Message } from "../../slack/driver/message-view.ts";
import type { SubmitResult } from "../../slack/driver/submit-view.ts";
import type { SlackPerson } from "../../slack/driver.ts";
import type { Deed } from "./parse-line.ts";

/** Fields in which several things can be chosen. */
const MULTIPLE = /^multi_|^checkboxes$/;

/**
 * Does for a person what was typed; resolves to what went wrong between Slack and the bot, or to null. Throws for
 * what a Slack client wouldn't offer.
 */
export async function doDeed(
  person: SlackPerson,
  deed: Exclude<Deed, { does: "look" | "modal" }>,
  channels: readonly string[],
): Promise<string | null> {
  switch (deed.does) {
    case "command":
      return faultOf(await person.command(deed.line, { in: deed.channel }));
    case "post":
      person.post(deed.channel, deed.text);
      return null;
    case "fill":
      await person.fill(inputsFor(person, deed.fields));
      return null;
    case "submit":
      return faultOf(await person.submit());
    case "close":
      await person.close();
      return null;
    case "click":
      return faultOf(await click(person, deed.button, deed.channel === null ? channels : [deed.channel]));
    case "shortcut": {
      const message = newest(person, [deed.channel], ({ plain, ephemeral }) => !ephemeral && plain.includes(deed.text));
      if (!message) throw new Error(`There is no such message in #${deed.channel}.`);
      return faultOf(await person.shortcut(deed.name, { message }));
    }
  }
}

function click(person: SlackPerson, button: string, channels: readonly string[]): Promise<ActionResult> {
  if (person.modal()?.buttons.includes(button)) return person.click(button);
  const message = newest(person, channels, ({ buttons }) => buttons.includes(button));
  if (!message) throw new Error(`${person.person.displayName} sees no button “${button}”.`);
  return person.click(button, { message });
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

/** What was typed, as several choices where the field takes several. */
function inputsFor(person: SlackPerson, fields: Readonly<Record<string, string>>): Record<string, FieldInput> {
  const there = person.modal()?.fields ?? [];
  return Object.fromEntries(
    Object.entries(fields).map(([name, typed]): [string, FieldInput] => {
      const field = there.find(({ label, actionId, blockId }) => [label, actionId, blockId].includes(name));
      return [name, field && MULTIPLE.test(field.type) ? typed.split(",").map((text) => text.trim()) : typed];
    }),
  );
}

function faultOf(result: DispatchResult | ActionResult | SubmitResult): string | null {
  if ("errors" in result && result.errors) return "The form has errors.";
  if (result.acked || !("delivery" in result)) return null;
  return `The bot did not acknowledge it: ${result.reason} after ${Math.round(result.ackMs)} ms.`;
}
