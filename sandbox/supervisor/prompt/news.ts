import { setTimeout as delay } from "node:timers/promises";
import type { SlackPerson } from "../../slack/driver.ts";
import { messageText } from "../terminal/message-text.ts";

/** Everything that one person has in front of them, in the order in which it is read. */
export type Sight = ReadonlyMap<string, string>;

/** How long somebody waits for something to happen, and how long nothing more may happen before they go on. */
const PATIENCE_MS = 3_000;
const QUIET_MS = 500;
const POLL_MS = 25;

/** What a person sees now, as texts by a key that is another one when a message is changed. */
export function look(person: SlackPerson, channels: readonly string[]): Sight {
  const messages = channels.flatMap((channel) =>
    person
      .sees(channel)
      .map((message): [string, string] => [
        `${channel} ${message.ts} ${message.edits} ${message.warning ?? ""}`,
        `#${message.channelName}  ${messageText(message)}`,
      ]),
  );
  const modals = person.modals().map(({ id, plain }): [string, string] => [`modal ${id} ${plain}`, plain]);
  return new Map([...messages, ...modals]);
}

/** Waits until something new can be seen and then for a moment of quiet; resolves to the new, possibly to nothing. */
export async function awaitNews(before: Sight, lookAgain: () => Sight): Promise<string[]> {
  const patientUntil = performance.now() + PATIENCE_MS;
  let keys = "";
  let quietSince = performance.now();
  for (;;) {
    const now = lookAgain();
    const news = [...now].filter(([key]) => !before.has(key));
    const newKeys = news.map(([key]) => key).join("\n");
    if (newKeys !== keys) quietSince = performance.now();
    keys = newKeys;
    const isQuiet = news.length > 0 && performance.now() - quietSince > QUIET_MS;
    if (isQuiet || performance.now() > patientUntil) return news.map(([, text]) => text);
    await delay(POLL_MS);
  }
}
