import pg from "pg";
import { withoutCorrelation } from "../kernel/correlation.ts";
import { DatabaseClient, faultOf, type SessionSettings } from "./database-client.ts";
import type { ServerGeneration } from "./server-generation.ts";

/** How long a connection lasts, in seconds: plans of prepared statements go stale as tables grow. */
const CONNECTION_LIFETIME_S = 300;

/** How long an idle connection is kept, in milliseconds: a click now and then finds one open. */
const IDLE_TIMEOUT_MS = 60_000;

/**
 * How long a statement may take, in milliseconds. Node.js can't set TCP's user timeout: if the host vanishes right after
 * a statement was sent, Linux sends it again for 15 minutes before the connection fails. No statement of ours takes
 * nearly as long; migrations and index builds have no such deadline.
 */
export const STATEMENT_TIMEOUT_MS = 30_000;

export interface ConnectionPoolOptions {
  readonly connectionString: string;
  /** The most connections. */
  readonly max: number;
  /** Shared by all pools on one database. */
  readonly generation: ServerGeneration;
  /** Settings of each session beside those that every connection has. */
  readonly settings?: SessionSettings;
  /** In milliseconds, or `null` for none; default `STATEMENT_TIMEOUT_MS`. */
  readonly statementTimeoutMs?: number | null;
  readonly types?: pg.CustomTypesConfig;
  /** Hears of connections that break while idle. */
  readonly onError: (error: Error) => void;
}

/**
 * A pool that keeps no connection with a fault. When one connection finds the server read-only, idle connections that
 * were opened before are closed at once, and those in use when they are released.
 *
 * A wait for a free connection has no deadline: statements have one, so a connection becomes free.
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
    maxLifetimeSeconds: CONNECTION_LIFETIME_S,
    Client: PoolClient,
    ...(types ? { types } : {}),
    ...(statementTimeoutMs === null ? {} : { query_timeout: statementTimeoutMs }),
  });
  // An idle connection is not part of the work that opened it.
  pool.on("error", (error) => withoutCorrelation(() => onError(error)));
  pool.on("release", (_error, client) => {
    // pg-pool removes a client that was ended by the time this event is over (pg-pool 3.14, `_release`).
    if (faultOf(client)) client.end().catch(() => undefined);
  });
  generation.onEnd(() => closeIdle(pool));
  return pool;
}

/** Borrows every idle connection; the listener above ends those with a fault as they are released. */
function closeIdle(pool: pg.Pool): void {
  for (let left = pool.idleCount; left > 0; left -= 1) {
    pool.connect().then(
      (client) => client.release(),
      () => undefined,
    );
  }
}
