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
