import type { Clock } from "../kernel/clock.ts";
import { withNewCorrelation } from "../kernel/correlation.ts";
import type { TryWithLock } from "../persistence/index.ts";
import type { FillDirectory } from "../subjects/index.ts";

/** The pause after a start, so that the first requests to Incydr are those of people; in milliseconds. */
const START_PAUSE_MS = 30_000;
/** The pause after a failure, or if another replica reads; in milliseconds. */
const PAUSE_MS = 60_000;
/** The longest sleep at a time, in milliseconds, because the clock may be set meanwhile. */
const LONGEST_SLEEP_MS = 1_000;

/**
 * Keeps the directory of the tenant up to date until disposal, on one replica at a time. An outage is logged once, and
 * the bot tries again.
 */
export function refreshDirectory(options: {
  readonly fill: FillDirectory;
  readonly tryWithLock: TryWithLock;
  readonly clock: Clock;
  readonly onFailed: (error: unknown) => void;
  readonly onRecovered: () => void;
}): AsyncDisposable {
  const { fill, tryWithLock, clock, onFailed, onRecovered } = options;
  const ending = new AbortController();
  const { signal } = ending;
  let isFailing = false;
  const ended = repeat();
  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await ended;
    },
  };

  async function repeat(): Promise<void> {
    await pause(START_PAUSE_MS);
    while (!signal.aborted) await pause(await withNewCorrelation(fillOnce));
  }

  /** Resolves to the pause until the next call. */
  async function fillOnce(): Promise<number> {
    let pauseMs = PAUSE_MS;
    try {
      await tryWithLock("directory", async () => {
        pauseMs = await fill(signal);
        if (isFailing) onRecovered();
        isFailing = false;
      });
      return pauseMs;
    } catch (error) {
      if (!isFailing && !signal.aborted) onFailed(error);
      isFailing = true;
      return PAUSE_MS;
    }
  }

  async function pause(ms: number): Promise<void> {
    const untilMs = clock.now().getTime() + ms;
    for (let leftMs = ms; leftMs > 0 && !signal.aborted; leftMs = untilMs - clock.now().getTime())
      await clock.sleep(Math.min(leftMs, LONGEST_SLEEP_MS), signal).catch(() => undefined);
  }
}
