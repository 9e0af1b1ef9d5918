import type { PgBoss } from "pg-boss";
import { JOB_KINDS, type Job } from "../change-requests/index.ts";
import { type Clock, OVER } from "../kernel/clock.ts";
import { messageOf } from "../kernel/errors.ts";

const INTERVAL_MS = 250;
/** The time limit of a query: a database whose host vanished never answers. The next query uses another connection. */
const ANSWER_TIMEOUT_MS = 5000;

const DUE_KINDS = `select kind from unnest($1::text[]) as kind where exists (
  select from pgboss.job where name = kind and state < 'active' and not blocked and start_after <= pgboss.job_now()
)`;

/**
 * Queries the database four times a second for the kinds with a due job, and calls `onDue` for each. This finds jobs that
 * become due later, that are retried, or that another process enqueued. Dispose of it to stop.
 */
export function watchDueJobs(options: {
  boss: PgBoss;
  clock: Clock;
  onDue: (kind: Job["kind"]) => void;
  /** Called each time the database answers. */
  onWatched: () => void;
  /** Called each time the database fails to answer. */
  onWatchFailed: (error: Error) => void;
}): AsyncDisposable {
  const { boss, clock, onDue, onWatched, onWatchFailed } = options;
  const ending = new AbortController();
  const ended = watch();
  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await ended;
    },
  };

  async function watch(): Promise<void> {
    while (!ending.signal.aborted) {
      try {
        const kinds = await ask();
        onWatched();
        for (const kind of kinds) onDue(kind);
      } catch (error) {
        if (ending.signal.aborted) return;
        onWatchFailed(
          new Error(`The bot could not look for due jobs: ${messageOf(error)}`, { cause: error }),
        );
      }
      await clock.sleep(INTERVAL_MS, ending.signal).catch(() => undefined);
    }
  }

  async function ask(): Promise<Job["kind"][]> {
    const over = new AbortController();
    const tooLong = clock.sleep(ANSWER_TIMEOUT_MS, AbortSignal.any([ending.signal, over.signal])).then(() => {
      throw new Error(`the database did not answer within ${ANSWER_TIMEOUT_MS} ms`);
    });
    try {
      const { rows } = await Promise.race([boss.getDb().executeSql(DUE_KINDS, [JOB_KINDS]), tooLong]);
      return rows.map(({ kind }) => kind);
    } finally {
      over.abort(OVER);
    }
  }
}
