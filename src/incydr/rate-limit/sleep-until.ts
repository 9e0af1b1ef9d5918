import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../../kernel/clock.ts";

// Timers count whole milliseconds and fire up to two too late. A slot that starts late delays every later one.
const timerSlackMs = 2;

/**
 * Resolves when `restMs` returns 0 or less, less than a millisecond late if the process isn't busy; rejects with the
 * signal's reason. The last two milliseconds are spent in turns of the event loop instead of a timer.
 */
export async function sleepUntil(restMs: () => number, clock: Clock, signal?: AbortSignal): Promise<void> {
  for (let rest = restMs(); rest > 0; rest = restMs()) {
    signal?.throwIfAborted();
    if (rest > timerSlackMs) await clock.sleep(Math.floor(rest - timerSlackMs + 1), signal);
    else await nextTurn();
  }
}
