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
      "A pooler between the bot and the database shares connections by transaction or by statement, which breaks the bot's locks. Let DATABASE_URL lead to the database itself, or set the pooler to session pooling.",
    );
  }
}

/**
 * Checks at start whether the database suits this replica.
 * @returns findings, which the caller logs as warnings
 * @throws {PoolerSharesConnectionsError}
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

/** Asks two connections several times for their sessions: each must keep its own. */
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

interface ConnectionLimits {
  readonly server: number;
  readonly is_superuser: boolean;
  /** -1 means no limit, also in `database`. */
  readonly role: number;
  readonly database: number;
}

/** Settings that a version of PostgreSQL lacks count as 0. Only `server` limits a superuser. */
const LIMITS = `
  select rolsuper as is_superuser, rolconnlimit as role, datconnlimit as database,
    current_setting('max_connections')::int - case when rolsuper then 0 else
      coalesce(current_setting('superuser_reserved_connections', true)::int, 0)
      + coalesce(current_setting('reserved_connections', true)::int, 0) end as server
  from pg_roles, pg_database where rolname = session_user and datname = current_database()`;

async function connectionFindings(
  pool: Pool,
  { work, locks, queue }: ConnectionBudget,
): Promise<DatabaseFinding[]> {
  const wanted = work + locks + queue;
  const { rows } = await pool.query<ConnectionLimits>(LIMITS);
  const [limits] = rows;
  if (!limits) return [];
  const candidates: [ConnectionLimit, number][] = [["max_connections", limits.server]];
  if (!limits.is_superuser && limits.role >= 0) candidates.push(["role", limits.role]);
  if (!limits.is_superuser && limits.database >= 0) candidates.push(["database", limits.database]);
  const [tightest] = candidates.sort(([, a], [, b]) => a - b);
  if (!tightest || tightest[1] >= wanted) return [];
  const [limit, allowed] = tightest;
  const message = `The database allows ${allowed} connections (${DESCRIPTIONS[limit]}), and this replica alone may open ${wanted}. Raise that limit, or set DATABASE_CONNECTIONS to a lower number.`;
  return [{ code: "too_few_connections", message, wanted, allowed, limit }];
}

const DESCRIPTIONS: Record<ConnectionLimit, string> = {
  max_connections: "max_connections less the reserved ones",
  role: "the connection limit of the role",
  database: "the connection limit of the database",
};
