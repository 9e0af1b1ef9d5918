import { setTimeout as delay } from "node:timers/promises";
import type { SlackPerson } from "../../slack/driver.ts";
import { messageText } from "../terminal/message-text.ts";

/** Prints new messages and modals of the people who have acted. */
export interface Feed {
  /** Also watches this person's view from now on, without the messages that they see already. */
  follow(person: SlackPerson): void;
  /** Resolves after the first change since the call and a quiet time, or after a while without a change. */
  settled(): Promise<void>;
  close(): void;
}

/** The longest wait for an effect of an action, and the quiet time before the next input. */
const FIRST_NEWS_TIMEOUT_MS = 2_000;
const QUIET_MS = 400;
/** Polling ends after this time without a change; the next action begins it again. */
const POLLING_MS = 20_000;
const POLL_MS = 50;

/** Creates a feed over these channels (by name; `dm` for each person's own). */
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

/** A message or a modal as it is now. A person is shown it again when `version` changes. */
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
        // All readers of a message share one key, so that it is shown once; a warning has one reader.
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
