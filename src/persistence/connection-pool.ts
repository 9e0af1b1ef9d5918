import pg from "pg";
import { withoutCorrelation } from "../kernel/correlation.ts";
import { DatabaseClient, faultOf, type SessionSettings } from "./database-client.ts";
import type { ServerGeneration } from "./server-generation.ts";

/** How long an idle connection stays open, in milliseconds, so that an occasional click finds an open one. */
const IDLE_TIMEOUT_MS = 60_000;

/**
 * How long a statement may take, in milliseconds. Node.js cannot set TCP's user timeout: if the host vanishes after a
 * statement was sent, Linux resends it for 15 minutes before the connection fails. Our statements take far less time.
 * Migrations and index builds have no such deadline.
 */
export const STATEMENT_TIMEOUT_MS = 30_000;

export interface ConnectionPoolOptions {
  readonly connectionString: string;
  readonly max: number;
  /** Shared by all pools on one database. */
  readonly generation: ServerGeneration;
  /** Further settings of each session, beside the settings that every connection has. */
  readonly settings?: SessionSettings;
  /** In milliseconds, or `null` for none; default `STATEMENT_TIMEOUT_MS`. */
  readonly statementTimeoutMs?: number | null;
  readonly types?: pg.CustomTypesConfig;
  /** Is called when an idle connection breaks. */
  readonly onError: (error: Error) => void;
}

/**
 * Creates a pool that keeps no connection with a fault. If one connection finds the server read-only, older idle
 * connections are closed at once, and older connections in use when they are released.
 *
 * A wait for a free connection has no deadline, because statements have one and then free their connection.
 */
export function createConnectionPool(options: ConnectionPoolOptions): pg.Pool {
  const { connectionString, max, generation, settings = {}, types, onError } = options;
  const { statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
  class PoolClient extends DatabaseClient {
    constructor(config?: pg.ClientConfig) {
      super(config, { settings, generation });
    }
  }
  const pool = new pg.Pool({
    connectionString,
    max,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    Client: PoolClient,
    ...(types ? { types } : {}),
    ...(statementTimeoutMs === null ? {} : { query_timeout: statementTimeoutMs }),
  });
  // The work that opened the connection has ended, so its correlation id does not apply.
  pool.on("error", (error) => withoutCorrelation(() => onError(error)));
  pool.on("release", (_error, client) => {
    // pg-pool removes a client that was ended during this event (pg-pool 3.14, `_release`).
    if (faultOf(client)) client.end().catch(() => undefined);
  });
  generation.onEnd(() => closeIdle(pool));
  return pool;
}

/** Borrows and releases every idle connection. The `release` listener ends those with a fault. */
function closeIdle(pool: pg.Pool): void {
  for (let left = pool.idleCount; left > 0; left -= 1) {
    pool.connect().then(
      (client) => client.release(),
      () => undefined,
    );
  }
}
