import type { Pool, PoolClient } from "pg";
import { AppError } from "../kernel/errors.ts";
import type { ConnectionBudget, Database } from "./database.ts";
import { DatabaseReadOnlyError } from "./database-errors.ts";

/** A setting of PostgreSQL that limits connections. */
export type ConnectionLimit = "max_connections" | "role" | "database";

/** A weakness of the database that does not stop the bot. */
export interface DatabaseFinding {
  readonly code: "too_few_connections";
  /** For the log: says what is wrong and what to do. */
  readonly message: string;
  /** The most connections that one replica opens. */
  readonly wanted: number;
  /** The most connections that the database allows to all replicas together. */
  readonly allowed: number;
  readonly limit: ConnectionLimit;
}

/** A pooler between the bot and the database shares a session among several clients. */
class PoolerSharesConnectionsError extends AppError<"pooler_shares_connections"> {
  constructor() {
    super(
      "pooler_shares_connections",
      "A pooler between the bot and the database shares sessions, which breaks the bot's locks. Point DATABASE_URL to the database itself, or use session pooling.",
    );
  }
}

/**
 * Checks at start whether the database suits this replica.
 * @returns findings, which the caller logs as warnings
 * @throws {PoolerSharesConnectionsError} if a pooler shares sessions among clients
 */
export async function checkDatabase(
  database: Pick<Database, "pool" | "connections">,
): Promise<readonly DatabaseFinding[]> {
  await assertOwnSessions(database.pool);
  return connectionFindings(database.pool, database.connections);
}

/**
 * Checks that the database accepts writes.
 * @throws {DatabaseReadOnlyError} after giving up all connections to the read-only server
 * @throws the error of the connection, if the database does not answer
 */
export async function assertDatabaseWritable(database: Pick<Database, "pool" | "generation">): Promise<void> {
  const generation = database.generation.current;
  const { rows } = await database.pool.query("show transaction_read_only");
  if (rows[0]?.transaction_read_only !== "on") return;
  const error = new DatabaseReadOnlyError();
  database.generation.end(generation, error);
  throw error;
}

/** Reads the session of two connections several times. Each connection must keep its own. */
async function assertOwnSessions(pool: Pool): Promise<void> {
  const clients: PoolClient[] = [];
  try {
    clients.push(await pool.connect());
    clients.push(await pool.connect());
    const sessions = new Map<number, unknown>();
    for (let round = 0; round < 3; round += 1) {
      for (const [index, client] of clients.entries()) {
        const { rows } = await client.query("select pg_backend_pid() as session");
        const before = sessions.get(index) ?? rows[0]?.session;
        if (rows[0]?.session !== before) throw new PoolerSharesConnectionsError();
        sessions.set(index, before);
      }
    }
    if (sessions.get(0) === sessions.get(1)) throw new PoolerSharesConnectionsError();
  } finally {
    for (const client of clients) client.release();
  }
}

/** The tightest limit. A setting that this version of PostgreSQL lacks counts as 0. Superusers have only the first limit. */
const TIGHTEST_LIMIT = `
  select "limit", allowed from pg_roles, pg_database, lateral (values
    ('max_connections', current_setting('max_connections')::int - case when rolsuper then 0 else
      coalesce(current_setting('superuser_reserved_connections', true)::int, 0)
      + coalesce(current_setting('reserved_connections', true)::int, 0) end),
    ('role', case when not rolsuper then rolconnlimit end),
    ('database', case when not rolsuper then datconnlimit end)) as limits ("limit", allowed)
  where rolname = session_user and datname = current_database() and (allowed >= 0 or "limit" = 'max_connections')
  order by allowed limit 1`;

async function connectionFindings(
  pool: Pool,
  { work, locks, queue }: ConnectionBudget,
): Promise<DatabaseFinding[]> {
  const wanted = work + locks + queue;
  const { rows } = await pool.query<Pick<DatabaseFinding, "limit" | "allowed">>(TIGHTEST_LIMIT);
  const [tightest] = rows;
  if (!tightest || tightest.allowed >= wanted) return [];
  const { limit, allowed } = tightest;
  const message = `The database allows ${allowed} connections (${DESCRIPTIONS[limit]}), but this replica may open ${wanted}. Raise the limit, or lower DATABASE_CONNECTIONS.`;
  return [{ code: "too_few_connections", message, wanted, allowed, limit }];
}

const DESCRIPTIONS: Record<ConnectionLimit, string> = {
  max_connections: "max_connections without reserved connections",
  role: "the connection limit of the role",
  database: "the connection limit of the database",
};
