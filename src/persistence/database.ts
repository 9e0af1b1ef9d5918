import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { createConnectionPool, STATEMENT_TIMEOUT_MS } from "./connection-pool.ts";
import { createServerGeneration, type ServerGeneration } from "./server-generation.ts";
import type { Tables } from "./tables.ts";

/** The fewest connections of a replica; `DATABASE_CONNECTIONS` accepts no smaller number. */
export const MIN_CONNECTIONS = 15;

/** The default of `DATABASE_CONNECTIONS`. */
export const DEFAULT_CONNECTIONS = 39;

/** Few suffice, because each statement of the queue takes about a millisecond. */
const QUEUE_CONNECTIONS = 3;

export interface Database extends AsyncDisposable {
  readonly db: Kysely<Tables>;
  readonly pool: pg.Pool;
  /** For named locks, each with its own connection. Separate, so that statements never wait for locks. */
  readonly lockPool: pg.Pool;
  /** The queue opens its own share. */
  readonly connections: ConnectionBudget;
  /** The queue's pool shares it. */
  readonly generation: ServerGeneration;
  /** Runs work on its own connection, whose statements may take any time. */
  withoutDeadlines<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
}

const BIGINT_OID = 20;

/** Shorter than the deadline of statements, so that PostgreSQL itself ends a wait for a lock; in milliseconds. */
const LOCK_TIMEOUT_MS = (STATEMENT_TIMEOUT_MS * 2) / 3;

/**
 * Creates the pools of a PostgreSQL database; the first statement opens the first connection. `log` receives errors of
 * idle connections. `connections` limits this replica, the queue included; default `DEFAULT_CONNECTIONS`.
 */
export function openDatabase(options: {
  connectionString: string;
  connections?: number;
  log: (error: Error) => void;
}): Database {
  const { connectionString, log } = options;
  const connections = splitConnections(options.connections ?? DEFAULT_CONNECTIONS);
  const generation = createServerGeneration();
  const types: pg.CustomTypesConfig = {
    // Our ids and counts stay far below 2^53.
    getTypeParser: ((oid: number, format?: "text" | "binary") =>
      oid === BIGINT_OID
        ? Number
        : pg.types.getTypeParser(oid, format as "text")) as pg.CustomTypesConfig["getTypeParser"], // pg's overloads accept no variable format
  };
  const shared = { connectionString, types, generation, onError: log };
  const pool = createConnectionPool({
    ...shared,
    max: connections.work,
    // If this process hangs within a transaction, other replicas can soon lock its rows.
    settings: { idle_in_transaction_session_timeout: `${STATEMENT_TIMEOUT_MS}` },
  });
  const lockPool = createConnectionPool({
    ...shared,
    max: connections.locks,
    settings: { lock_timeout: `${LOCK_TIMEOUT_MS}` },
  });
  const db = kyselyOn(pool);
  return {
    db,
    pool,
    lockPool,
    connections,
    generation,
    async withoutDeadlines(work) {
      const single = kyselyOn(createConnectionPool({ ...shared, max: 1, statementTimeoutMs: null }));
      try {
        return await work(single);
      } finally {
        await single.destroy();
      }
    },
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await lockPool.end();
    },
  };
}

function kyselyOn(pool: pg.Pool): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** The connections that each pool of a replica may open. */
export interface ConnectionBudget {
  /** For statements and transactions. */
  readonly work: number;
  /** For named locks: a lock keeps its connection while it is held or waited for. */
  readonly locks: number;
  readonly queue: number;
}

/**
 * Splits the connections of a replica: three for the queue, a third of the rest for work, two thirds for locks.
 *
 * `MIN_CONNECTIONS` leaves eight for locks: seven for a bulk, and one for the replica that fills the directory (see
 * refresh-directory.ts). A bulk holds its own lock while it takes the locks of six subjects (`WIDTH` in
 * execute-bulk.ts). No other work takes a lock within a lock. At most two bulks run at a time (`JOBS`), so at most two
 * connections wait for others, and the pool cannot deadlock.
 */
export function splitConnections(total: number): ConnectionBudget {
  const rest = Math.max(total, MIN_CONNECTIONS) - QUEUE_CONNECTIONS;
  const work = Math.floor(rest / 3);
  return { work, locks: rest - work, queue: QUEUE_CONNECTIONS };
}
