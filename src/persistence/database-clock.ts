import type { Pool } from "pg";
import { type Clock, OVER, systemClock } from "../kernel/clock.ts";
import { createRemoteTime } from "../kernel/remote-time.ts";

/**
 * The pause between two measurements, in milliseconds. After a failover to a server whose clock is ahead, due jobs seem
 * too early until the next measurement.
 */
const INTERVAL_MS = 1_000;
/** How long to wait for one answer, in milliseconds. A database whose host vanished may never answer. */
const ANSWER_TIMEOUT_MS = 5_000;

/** Shows the database's time, because the machine's clock may be wrong, or may be set while the process runs. */
export interface DatabaseClock extends Clock {
  /**
   * Reads the database's time.
   * @throws if the database does not answer; then the last measurement stays in force
   */
  measure(): Promise<void>;
  /** Machine clock minus database clock, in milliseconds; `null` before the first measurement. */
  offsetMs(): number | null;
}

/**
 * Creates a clock that shows the database's time at the last measurement plus the monotonic time since then. It is never
 * ahead of the database. It is behind by at most one round trip, plus 0.5 ms for each second since the measurement.
 * Before the first measurement it shows the machine's time.
 * @param options.readInstantMs the database's time, in milliseconds since 1970
 */
export function createDatabaseClock(options: {
  readInstantMs: () => Promise<number>;
  machine?: Clock;
  monotonicMs?: () => number;
}): DatabaseClock {
  const { readInstantMs, machine = systemClock, monotonicMs = () => performance.now() } = options;
  const time = createRemoteTime(monotonicMs);
  let isMeasured = false;
  const read = () => (isMeasured ? new Date(time.earliestMs()) : machine.now());
  return {
    now: read,
    sleep: machine.sleep,

    async measure() {
      const askedAtMs = monotonicMs();
      time.heard(await readInstantMs(), askedAtMs);
      isMeasured = true;
    },

    offsetMs: () => (isMeasured ? machine.now().getTime() - read().getTime() : null),
  };
}

/** Creates the function that reads the database's time, as a number, which no date style changes. */
export function createInstantReader(pool: Pick<Pool, "query">): () => Promise<number> {
  return async () => {
    const { rows } = await pool.query<{ ms: number }>(
      "select (extract(epoch from current_instant()) * 1000)::float8 as ms",
    );
    const [row] = rows;
    if (!row) throw new Error("The database did not return its time.");
    return row.ms;
  };
}

/** Measures every second until disposed of. `onMeasured` receives machine clock minus database clock. */
export function keepMeasuring(options: {
  clock: DatabaseClock;
  onMeasured: (offsetMs: number) => void;
  onFailed: (error: unknown) => void;
}): AsyncDisposable {
  const { clock, onMeasured, onFailed } = options;
  const ending = new AbortController();
  const ended = repeat();
  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await ended;
    },
  };

  async function repeat(): Promise<void> {
    for (;;) {
      await clock.sleep(INTERVAL_MS, ending.signal).catch(() => undefined);
      if (ending.signal.aborted) return;
      try {
        await measureInTime();
        onMeasured(clock.offsetMs() ?? 0);
      } catch (error) {
        if (!ending.signal.aborted) onFailed(error);
      }
    }
  }

  async function measureInTime(): Promise<void> {
    const over = new AbortController();
    const tooLong = clock.sleep(ANSWER_TIMEOUT_MS, AbortSignal.any([ending.signal, over.signal])).then(() => {
      throw new Error(`The database did not return its time within ${ANSWER_TIMEOUT_MS} ms.`);
    });
    try {
      await Promise.race([clock.measure(), tooLong]);
    } finally {
      over.abort(OVER);
    }
  }
}
