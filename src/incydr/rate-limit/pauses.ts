import type { Clock } from "../../kernel/clock.ts";

/** The times during which nothing may start. */
export interface Pauses {
  /** Begins one of this length in milliseconds; it doesn't shorten another. */
  add(ms: number): void;
  /** Resolves when none is under way; rejects when they are given up. */
  over(): Promise<void>;
  /** How long one still lasts, in milliseconds; 0 if none is under way. */
  remainingMs(): number;
  /** How many have ended. */
  ended(): number;
}

/**
 * No pause yet. Each ends by a timer, not by the time of day: a clock that is set back meanwhile would make
 * it last for as long.
 */
export function createPauses(clock: Clock, closing: AbortSignal): Pauses {
  const underWay = new Map<Promise<void>, { readonly untilMs: number; readonly lengthMs: number }>();
  let count = 0;
  const nowMs = () => clock.now().getTime();

  return {
    add: (ms) => {
      if (!(ms > 0)) return;
      const pause = clock.sleep(ms, closing).then(() => {
        underWay.delete(pause);
        count += 1;
      });
      pause.catch(() => undefined);
      underWay.set(pause, { untilMs: nowMs() + ms, lengthMs: ms });
    },
    over: async () => {
      while (underWay.size > 0) await Promise.all(underWay.keys());
    },
    remainingMs: () =>
      Math.max(
        0,
        ...[...underWay.values()].map((pause) => Math.min(pause.untilMs - nowMs(), pause.lengthMs)),
      ),
    ended: () => count,
  };
}
