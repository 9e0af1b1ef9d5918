import type { Clock } from "../../kernel/clock.ts";

/** The shortest pause of a waiting job, in milliseconds. */
const SHORTEST_PAUSE_MS = 1_000;

/**
 * When the queue wakes a job that waits until `until`: at that time, but at least a second from now. If `until` has
 * passed, at once. If the queue's clock is ahead, a job without that second would run again at once.
 */
export function wakeTime(clock: Clock, until: Date): Date {
  const now = clock.now();
  if (until <= now) return now;
  return new Date(Math.max(until.getTime(), now.getTime() + SHORTEST_PAUSE_MS));
}
