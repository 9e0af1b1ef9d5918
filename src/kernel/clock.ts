/** The only source of time, which tests replace. */
export interface Clock {
  now(): Date;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason if it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The reason that ends a sleep. Without a reason, `abort` would make an error each time. */
export const OVER = "over";

export const systemClock: Clock = {
  now: () => new Date(),
  // Each request ends many sleeps early, and `node:timers/promises` would make an error for each.
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

/** A clock for durations: a change of the machine's time does not move it. */
export const steadyClock: Clock = {
  now: () => new Date(performance.timeOrigin + performance.now()),
  sleep: systemClock.sleep,
};

/** Whether a reading is at most `maxAgeMs` old. If it is from the future, the clock was set back, and its age is unknown. */
export function isFresh({ atMs }: { readonly atMs: number }, nowMs: number, maxAgeMs: number): boolean {
  const ageMs = nowMs - atMs;
  return ageMs >= 0 && ageMs <= maxAgeMs;
}
