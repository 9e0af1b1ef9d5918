import type { Clock } from "../kernel/clock.ts";
import type { Transaction } from "./ports.ts";

/** How soon a job runs again, at the earliest, that has to wait, in milliseconds. */
const SHORTEST_PAUSE_MS = 1_000;

/**
 * When a job is to be woken for what has to wait `until` a time of this replica's clock: after as long by the
 * database's clock, which wakes jobs, and at least a second. The two differ: a job that is due by the one and not yet
 * by the other would otherwise run at once, and again, until both agree. What needn't wait is woken at once.
 */
export async function wakeTime(
  { jobs }: Pick<Transaction, "jobs">,
  clock: Clock,
  until: Date,
): Promise<Date> {
  const waitMs = until.getTime() - clock.now().getTime();
  const pauseMs = waitMs > 0 ? Math.max(waitMs, SHORTEST_PAUSE_MS) : 0;
  return new Date((await jobs.now()).getTime() + pauseMs);
}
