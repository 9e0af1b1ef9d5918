import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { type ConnectionPoolOptions, createConnectionPool, STATEMENT_TIMEOUT_MS } from "./connection-pool.ts";
import type { Tables } from "./schema.ts";
import { createServerGeneration, type ServerGeneration } from "./server-generation.ts";

/** The fewest connections with which a replica works; `DATABASE_CONNECTIONS` accepts no less. */
export const MIN_CONNECTIONS = 15;

/** The default of `DATABASE_CONNECTIONS`. */
export const DEFAULT_CONNECTIONS = 39;

/** Each statement of the queue takes about a millisecond. */
const QUEUE_CONNECTIONS = 3;

/** The database, with its pools of connections. */
export interface Database extends AsyncDisposable {
  readonly db: Kysely<Tables>;
  readonly pool: pg.Pool;
  /** Connections that each hold a lock for as long as work lasts; apart, so that work never waits for them. */
  readonly lockPool: pg.Pool;
  /** How the connections of this replica are split. The queue opens its share itself. */
  readonly connections: ConnectionBudget;
  /** Shared with the queue's pool. */
  readonly generation: ServerGeneration;
  /** Runs work on a connection of its own, whose statements may take any time. */
  withoutDeadlines<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
}

const BIGINT_OID = 20;

/** Shorter than the deadline of statements, so that a wait for a lock ends with an answer; in milliseconds. */
const LOCK_TIMEOUT_MS = (STATEMENT_TIMEOUT_MS * 2) / 3;

/**
 * Opens the pools on a PostgreSQL database; the first statement makes the first connection. `log` hears of connections
 * that break while idle. `connections` is the most that this replica opens, the queue's included; default
 * `DEFAULT_CONNECTIONS`.
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
    // Identities and counts, far below 2^53.
    getTypeParser: ((oid: number, format?: "text" | "binary") =>
      oid === BIGINT_OID
        ? Number
        : pg.types.getTypeParser(oid, format as "text")) as pg.CustomTypesConfig["getTypeParser"], // pg's overloads don't take a variable format
  };
  const shared = { connectionString, types, generation, onError: log };
  const pool = createConnectionPool({
    ...shared,
    max: connections.work,
    // If this process stops in the middle of a transaction, the rows that it locked become free for other replicas.
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
    withoutDeadlines: (work) => withOneConnection({ ...shared, max: 1, statementTimeoutMs: null }, work),
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await lockPool.end();
    },
  };
}

async function withOneConnection<T>(
  options: ConnectionPoolOptions,
  work: (db: Kysely<Tables>) => Promise<T>,
): Promise<T> {
  const db = kyselyOn(createConnectionPool(options));
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

function kyselyOn(pool: pg.Pool): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** How many connections each pool of a replica may open. */
export interface ConnectionBudget {
  /** For statements and transactions. */
  readonly work: number;
  /** For named locks: a lock keeps its connection for as long as it is held or waited for. */
  readonly locks: number;
  /** For the job queue's own statements. */
  readonly queue: number;
}

/**
 * Splits the connections of a replica: three for the queue, a third of the rest for work, two thirds for locks.
 *
 * With the fewest, eight connections for locks remain. That is one more than a bulk takes: it holds a lock of its own
 * while it takes the locks of six subjects (`WIDTH` in execute-bulk.ts). No other lock is taken within a lock. Two bulks
 * at a time (`JOBS`) hold two connections while they wait for further ones, so the pool can't run dry for good.
 */
export function splitConnections(total: number): ConnectionBudget {
  const rest = Math.max(total, MIN_CONNECTIONS) - QUEUE_CONNECTIONS;
  const work = Math.floor(rest / 3);
  return { work, locks: rest - work, queue: QUEUE_CONNECTIONS };
}
