import type { Clock } from "../../kernel/clock.ts";

/** How soon a job that has to wait runs again at the earliest, in milliseconds. */
const SHORTEST_PAUSE_MS = 1_000;

/**
 * When the queue is to wake a job that waits until `until`: then, but at least a second from now. The queue may
 * consider a job due a few milliseconds before the replica does, and the job would otherwise run again at once. If
 * `until` has passed, the job is woken at once.
 */
export function wakeTime(clock: Clock, until: Date): Date {
  const now = clock.now();
  if (until <= now) return now;
  return new Date(Math.max(until.getTime(), now.getTime() + SHORTEST_PAUSE_MS));
}
