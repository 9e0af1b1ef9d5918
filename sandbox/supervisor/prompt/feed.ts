import { setTimeout as delay } from "node:timers/promises";
import type { SlackPerson } from "../../slack/driver.ts";
import { messageText } from "../terminal/message-text.ts";

/** Prints what is new for the people who have acted, as it comes. */
export interface Feed {
  /** From now on this person's view is watched, too; what they see already is no news. */
  follow(person: SlackPerson): void;
  /** Resolves after the first news since the call and a moment of quiet, or when there is none for a while. */
  settled(): Promise<void>;
  close(): void;
}

/** How long a deed is given to show an effect, and how long nothing more may happen before the next is asked for. */
const PATIENCE_MS = 2_000;
const QUIET_MS = 400;
/** Polling ends when nothing has happened for this long; the next deed begins it again. */
const ATTENTION_MS = 20_000;
const POLL_MS = 50;

/** Creates a feed over these channels (by name, `dm` for everybody's own). */
export function createFeed(options: { channels: readonly string[]; print: (text: string) => void }): Feed {
  const { channels, print } = options;
  const followed = new Set<SlackPerson>();
  const known = new Set<string>();
  let newsCount = 0;
  let lastEventAt = 0;
  let isPolling = false;
  let isClosed = false;

  function tellNews(): void {
    for (const [key, text] of [...followed].flatMap((person) => sightOf(person, channels))) {
      if (known.has(key)) continue;
      known.add(key);
      newsCount += 1;
      lastEventAt = performance.now();
      print(`${text}\n`);
    }
  }

  async function poll(): Promise<void> {
    if (isPolling) return;
    isPolling = true;
    while (!isClosed && performance.now() - lastEventAt < ATTENTION_MS) {
      tellNews();
      await delay(POLL_MS);
    }
    isPolling = false;
  }

  return {
    follow: (person) => {
      if (![...followed].some((each) => each.person === person.person)) {
        followed.add(person);
        for (const [key] of sightOf(person, channels)) known.add(key);
      }
    },
    settled: async () => {
      const startedAt = performance.now();
      const countBefore = newsCount;
      lastEventAt = startedAt;
      void poll();
      const isSettled = () => {
        const now = performance.now();
        return newsCount > countBefore ? now - lastEventAt > QUIET_MS : now - startedAt > PATIENCE_MS;
      };
      while (!isClosed && !isSettled()) await delay(POLL_MS);
    },
    close: () => {
      isClosed = true;
    },
  };
}

/** What one person has in front of them: texts by a key that is another one when a message is changed. */
function sightOf(eyes: SlackPerson, channels: readonly string[]): [string, string][] {
  const { key } = eyes.person;
  const messages = channels.flatMap((channel) =>
    eyes.sees(channel).map((message): [string, string] => {
      const { channelId, channelName, ts, edits, ephemeral, warning } = message;
      const heading = ephemeral || warning !== undefined ? `${key} in #${channelName}` : `#${channelName}`;
      return [
        `${channelId} ${ts} ${edits} ${warning ? key + warning : ""}`,
        `${heading}  ${messageText(message)}`,
      ];
    }),
  );
  const modals = eyes.modals().map(({ id, plain }): [string, string] => {
    return [`${id} ${plain}`, `${key}'s modal\n${plain.replaceAll(/^/gm, "  ")}`];
  });
  return [...messages, ...modals];
}
