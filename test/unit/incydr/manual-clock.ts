import type { IncydrHooks } from "../../../src/incydr/index.ts";
import type { Clock } from "../../../src/kernel/clock.ts";

/** A clock that stands still until the test advances it. */
export interface ManualClock extends Clock {
  /** Lets time pass, waking the sleepers in order. */
  advance(ms: number): Promise<void>;
  /** How long each sleeper still sleeps, in milliseconds, the shortest first. */
  sleeping(): number[];
}

/** A clock that begins at `startMs` since 1970. */
export function createManualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  const sleepers = new Set<{ readonly untilMs: number; wake(): void }>();
  let nowMs = startMs;

  const next = () => [...sleepers].sort((a, b) => a.untilMs - b.untilMs)[0];

  return {
    now: () => new Date(nowMs),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = {
          untilMs: nowMs + ms,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
    advance: async (ms) => {
      const endMs = nowMs + ms;
      for (let sleeper = next(); sleeper && sleeper.untilMs <= endMs; sleeper = next()) {
        nowMs = Math.max(nowMs, sleeper.untilMs);
        sleeper.wake();
        await settled();
      }
      nowMs = endMs;
      await settled();
    },
    sleeping: () => [...sleepers].map(({ untilMs }) => untilMs - nowMs).sort((a, b) => a - b),
  };
}

/** Resolves when no promise has pending work that needs neither time nor I/O. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Hooks that advance the clock by the pause before each repetition of a request. */
export function skipRetryWaits(clock: ManualClock, hooks: IncydrHooks = {}): IncydrHooks {
  return {
    ...hooks,
    onRetry: (event) => {
      hooks.onRetry?.(event);
      setImmediate(() => clock.advance(event.delayMs));
    },
  };
}
