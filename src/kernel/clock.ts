/** The only source of time; tests put a clock of their own in its place. */
export interface Clock {
  /** The current moment. */
  now(): Date;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Why a sleep is ended that nobody needs any more; without a reason each would be given an error of its own. */
export const OVER = "over";

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => new Date(),
  // Most sleeps are ended early, many for each request. The one of `node:timers/promises` makes an error for each.
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", end);
        resolve();
      }, ms);
      if (signal?.aborted) end();
      else signal?.addEventListener("abort", end, { once: true });
    }),
};

/**
 * The time that the machine's clock showed when the process started, and as much later as the process has run. Setting
 * the machine's clock does not move it, so that durations measured by it are true.
 */
export const steadyClock: Clock = {
  now: () => new Date(performance.timeOrigin + performance.now()),
  sleep: systemClock.sleep,
};

/**
 * Whether a reading is at most `maxAgeMs` old. A reading from the future isn't fresh: the clock was set back, and how
 * old the reading is can't be told.
 */
export function isFresh({ atMs }: { readonly atMs: number }, nowMs: number, maxAgeMs: number): boolean {
  const ageMs = nowMs - atMs;
  return ageMs >= 0 && ageMs <= maxAgeMs;
}
