import type { Clock } from "../kernel/clock.ts";

/** Spreads requests evenly over time. */
export interface Pace {
  /** Resolves when the next request may start; rejects with the signal's reason. */
  wait(signal: AbortSignal): Promise<void>;
  /** Takes the times of further requests that a call made by itself. */
  spend(requests: number): void;
}

/** @param options.perMinute the requests in a minute now; `Infinity` for no limit */
export function createPace({ clock, perMinute }: { clock: Clock; perMinute: () => number }): Pace {
  let freeAtMs = Number.NEGATIVE_INFINITY;
  const take = (requests: number): number => {
    const nowMs = clock.now().getTime();
    const startsAtMs = Math.max(nowMs, freeAtMs);
    freeAtMs = startsAtMs + (60_000 * requests) / perMinute();
    return startsAtMs - nowMs;
  };
  return {
    async wait(signal) {
      signal.throwIfAborted();
      const waitMs = take(1);
      if (waitMs > 0) await clock.sleep(waitMs, signal);
    },

    spend(requests) {
      take(requests);
    },
  };
}
