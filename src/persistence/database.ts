import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { CONNECTION_LIFETIME_S, PreparingClient } from "./preparing-client.ts";
import type { Tables } from "./schema.ts";

/** The database, with its pool of connections. */
export interface Database extends AsyncDisposable {
  readonly db: Kysely<Tables>;
  readonly pool: pg.Pool;
  /** Connections that each hold a lock for as long as work lasts; apart, so that work never waits for them. */
  readonly lockPool: pg.Pool;
}

const BIGINT_OID = 20;

/** Who clicks now and then shouldn't wait each time for a new connection. */
const IDLE_TIMEOUT_MS = 60_000;

/** Opens a pool on a PostgreSQL database. `log` hears of connections that break while idle. */
export function openDatabase(options: { connectionString: string; log: (error: Error) => void }): Database {
  const types: pg.CustomTypesConfig = {
    // Identities and counts, far below 2^53.
    getTypeParser: ((oid: number, format?: "text" | "binary") =>
      oid === BIGINT_OID
        ? Number
        : pg.types.getTypeParser(oid, format as "text")) as pg.CustomTypesConfig["getTypeParser"], // pg's overloads don't take a variable format
  };
  const shared: pg.PoolConfig = {
    connectionString: options.connectionString,
    types,
    keepAlive: true,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    Client: PreparingClient,
    maxLifetimeSeconds: CONNECTION_LIFETIME_S,
  };
  const pool = new pg.Pool({ ...shared, max: 12 });
  const lockPool = new pg.Pool({ ...shared, max: 24 });
  pool.on("error", options.log);
  lockPool.on("error", options.log);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    pool,
    lockPool,
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await lockPool.end();
    },
  };
}
