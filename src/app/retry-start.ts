import type { Clock } from "../kernel/clock.ts";

/** Pauses between two starts: doubled from the first to the longest, in milliseconds. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Starts the service, and starts it again after each outage until it runs.
 * @param options.start opens everything or, if it throws, leaves nothing open
 * @param options.isOutage whether a start that failed with this error can succeed later
 * @throws the first error that is no outage, or the signal's reason once it is aborted
 */
export async function retryStart<T extends AsyncDisposable>(options: {
  start: () => Promise<T>;
  isOutage: (error: unknown) => boolean;
  sleep: Clock["sleep"];
  signal: AbortSignal;
}): Promise<T> {
  const { start, isOutage, sleep, signal } = options;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    signal.throwIfAborted();
    try {
      const service = await start();
      if (!signal.aborted) return service;
      await service[Symbol.asyncDispose]();
    } catch (error) {
      if (!isOutage(error)) throw error;
    }
    signal.throwIfAborted();
    await sleep(pauseMs, signal);
  }
}
