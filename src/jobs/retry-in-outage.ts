import type { Clock } from "../kernel/clock.ts";
import { isDatabaseOutage } from "../persistence/index.ts";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 1_000;
/** Below the heartbeat of a job (`heartbeatSeconds`), after which another worker takes the job over. */
const GIVE_UP_AFTER_MS = 8_000;

/**
 * Runs work again while the database can't be reached or written, after pauses of 250 ms to 1 s, for 8 s at most. The
 * work must be safe to run twice.
 *
 * Without it a job that fails while the database is read-only stays `active` until its heartbeat expires: the queue
 * can't store the failure either.
 * @param ending ends the retries when it is aborted
 * @throws the last error of the work
 */
export async function retryInOutage<T>(
  work: () => Promise<T>,
  { clock, ending }: { clock: Clock; ending?: AbortSignal },
): Promise<T> {
  const giveUpAt = clock.now().getTime() + GIVE_UP_AFTER_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      const isTooLate = clock.now().getTime() + pauseMs > giveUpAt;
      if (isTooLate || ending?.aborted || !isDatabaseOutage(error)) throw error;
      await clock.sleep(pauseMs, ending).catch(() => undefined);
    }
  }
}
