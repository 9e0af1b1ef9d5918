import { sendRefusal } from "../../src/slack/listeners/send-answer.ts";
import { answerMessage } from "../../src/slack/messages/answer-message.ts";
import type { Message } from "../../src/slack/texts/message.ts";

/** The answer to a person whose attempt failed with this error. It returns the text in `typed`. */
export async function refusalMessage(
  error: unknown,
  typed: Readonly<Record<string, string | null>> = {},
): Promise<Message> {
  const told: Message[] = [];
  await sendRefusal({ log: () => {} }, async (answer) => void told.push(answerMessage(answer)), error, typed);
  const [message] = told;
  if (!message) throw new Error("The person got no answer.");
  return steady(message);
}

/** Replaces the bot's random reference by a fixed one. */
export function steady<T>(content: T): T {
  return JSON.parse(JSON.stringify(content).replace(/\(ref [0-9a-f]{4}\)/g, "(ref 0000)")) as T; // the same shape
}
