import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { isDatabaseOutage } from "../../src/persistence/index.ts";

const PAUSE_MS = 100;
/** Longer than a restart of the server takes, in milliseconds. */
const RECONNECT_TIMEOUT_MS = 60_000;

/** A pool that repeats queries while the database is down, so that the checks survive the faults. */
export function openReconnectingPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 4 });
  pool.on("error", () => undefined);
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<unknown>;
  return Object.assign(pool, {
    query: async (...args: unknown[]) => {
      for (const deadline = performance.now() + RECONNECT_TIMEOUT_MS; ; ) {
        try {
          return await query(...args);
        } catch (error) {
          if (performance.now() > deadline || !isDatabaseOutage(error)) throw error;
          await delay(PAUSE_MS);
        }
      }
    },
  });
}
