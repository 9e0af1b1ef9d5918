import { setTimeout as delay } from "node:timers/promises";
import type { SlackPerson } from "../../slack/driver.ts";
import { messageText } from "../terminal/message-text.ts";

/** Prints the new messages and modals of people who have acted. */
export interface Feed {
  /** Also watches the view of this person. Does not print the messages that the person sees already. */
  follow(person: SlackPerson): void;
  /** Resolves a quiet time after the first change since the call, or after some time without a change. */
  settled(): Promise<void>;
  close(): void;
}

/** The longest wait for an effect of an action, and the quiet time after the effect. */
const FIRST_NEWS_TIMEOUT_MS = 2_000;
const QUIET_MS = 400;
/** After this time without a change, polling stops until the next action. */
const POLLING_MS = 20_000;
const POLL_MS = 50;

/** Creates a feed of these channels, by name. `dm` stands for each person's conversation with the bot. */
export function createFeed(options: { channels: readonly string[]; print: (text: string) => void }): Feed {
  const { channels, print } = options;
  const followed = new Set<SlackPerson>();
  const known = new Map<string, string>();
  let newsCount = 0;
  let lastEventAt = 0;
  let isPolling = false;
  let isClosed = false;

  function printNews(): void {
    for (const { key, version, text } of [...followed].flatMap((person) => viewOf(person, channels))) {
      if (known.get(key) === version) continue;
      known.set(key, version);
      newsCount += 1;
      lastEventAt = performance.now();
      print(`${text}\n`);
    }
  }

  async function poll(): Promise<void> {
    if (isPolling) return;
    isPolling = true;
    while (!isClosed && performance.now() - lastEventAt < POLLING_MS) {
      printNews();
      await delay(POLL_MS);
    }
    isPolling = false;
  }

  return {
    follow: (person) => {
      if (![...followed].some((each) => each.person === person.person)) {
        followed.add(person);
        for (const { key, version } of viewOf(person, channels)) known.set(key, version);
      }
    },
    settled: async () => {
      const startedAt = performance.now();
      const countBefore = newsCount;
      lastEventAt = startedAt;
      void poll();
      const isSettled = () => {
        const now = performance.now();
        return newsCount > countBefore
          ? now - lastEventAt > QUIET_MS
          : now - startedAt > FIRST_NEWS_TIMEOUT_MS;
      };
      while (!isClosed && !isSettled()) await delay(POLL_MS);
    },
    close: () => {
      isClosed = true;
    },
  };
}

/** A message or a modal as it is now. It is printed again when `version` changes. */
interface Seen {
  readonly key: string;
  readonly version: string;
  readonly text: string;
}

/** All messages and modals that one person sees. */
function viewOf(watcher: SlackPerson, channels: readonly string[]): Seen[] {
  const { key } = watcher.person;
  const messages = channels.flatMap((channel) =>
    watcher.sees(channel).map((message): Seen => {
      const { channelId, channelName, ts, edits, ephemeral, warning } = message;
      const heading = ephemeral || warning !== undefined ? `${key} in #${channelName}` : `#${channelName}`;
      return {
        // All readers of a message share one key, so that it is printed once. A warning has one reader.
        key: `${channelId} ${ts} ${warning ? key + warning : ""}`,
        version: String(edits),
        text: `${heading}  ${messageText(message)}`,
      };
    }),
  );
  const modals = watcher.modals().map(({ id, plain }): Seen => {
    return { key: id, version: plain, text: `${key}'s modal\n${plain.replaceAll(/^/gm, "  ")}` };
  });
  return [...messages, ...modals];
}
