import type { Clock } from "../kernel/clock.ts";
import { isDatabaseOutage } from "../persistence/index.ts";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 1_000;
/** Below the heartbeat of a job (`heartbeatSeconds`), after which another worker takes the job over. */
const GIVE_UP_AFTER_MS = 8_000;

/**
 * Repeats work in an outage of the database, after pauses of 250 ms to 1 s, for at most 8 s. The work must be safe to run
 * twice. Without the retries, a job that fails in an outage would stay `active` until its heartbeat expires, because the
 * queue cannot store the failure either.
 * @param ending ends the retries
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
