import type { Pool } from "pg";
import type { Db } from "pg-boss";
import type { Clock } from "../kernel/clock.ts";
import { retryInOutage } from "./retry-in-outage.ts";

/** pg-boss's access to the database, over a pool of ours. */
export interface QueueDatabase extends Db {
  /** Ends retries, and closes the pool once its connections are free; may be called again. */
  close(): Promise<void>;
}

/** For the statements with which pg-boss makes tables and indexes; in milliseconds. */
const SCHEMA_TIMEOUT_MS = 3_600_000;
const CHANGES_SCHEMA = /\b(?:create|alter|drop|reindex)\b/i;

/**
 * Runs pg-boss's statements over a pool that gives up connections after a failover.
 *
 * A statement that writes is repeated in an outage: if pg-boss can't store that a job is done, the job stays `active`
 * until its heartbeat expires. pg-boss's statements are safe to repeat: each names the attempt that it is about. One
 * that only reads fails at once, and is sent again by its caller.
 */
export function createQueueDatabase(pool: Pool, { clock }: { clock: Clock }): QueueDatabase {
  const ending = new AbortController();
  let closed: Promise<void> | undefined;
  let sessionStatements: readonly string[] = [];
  pool.on("connect", (client) => {
    // pg runs the statements of a connection in order, so these precede those of the borrower.
    for (const text of sessionStatements) client.query(text).catch(() => undefined);
  });
  return {
    executeSql(text, values = []) {
      if (values.length === 0)
        return CHANGES_SCHEMA.test(text)
          ? pool.query(withTimeout(text, SCHEMA_TIMEOUT_MS))
          : pool.query(text);
      if (/^\s*select/i.test(text)) return pool.query(text, values);
      return retryInOutage(() => pool.query(text, values), { clock, ending: ending.signal });
    },

    async setSessionStatements(statements) {
      sessionStatements = statements;
    },

    close() {
      ending.abort();
      closed ??= pool.end();
      return closed;
    },
  };
}

/** The types of pg don't know the option. */
function withTimeout(text: string, timeoutMs: number): { text: string } {
  const query = { text, query_timeout: timeoutMs };
  return query;
}
