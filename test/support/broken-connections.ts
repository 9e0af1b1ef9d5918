import type pg from "pg";
import { withClient } from "../../sandbox/postgres/database-admin.ts";

/** Faults that a test causes by statements over a separate connection. */
export interface DatabaseFaults {
  /** Ends connections to the database, all by default, as an administrator does; resolves when they are gone. */
  terminate(pids?: readonly number[]): Promise<void>;
  /** Makes the database read-only for connections that are opened from now on. */
  makeReadOnly(): Promise<void>;
  /** Makes it writable for connections that are opened from now on. */
  makeWritable(): Promise<void>;
  /** The process ids of all other connections. */
  connections(): Promise<number[]>;
}

/** Faults of the database that `connectionString` leads to; its role must be a superuser. */
export function faultsOf(connectionString: string): DatabaseFaults {
  const run = <T>(work: (client: pg.Client) => Promise<T>) => withClient(connectionString, work);
  const connections = () =>
    run(async (client) => {
      const { rows } = await client.query<{ pid: number }>(
        `select pid from pg_stat_activity
         where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`,
      );
      return rows.map(({ pid }) => pid);
    });
  const setReadOnly = (value: "on" | "off") =>
    run(async (client) => {
      const { rows } = await client.query("select quote_ident(current_database()) as name");
      // The connection itself may have begun read-only.
      await client.query("set default_transaction_read_only = off");
      await client.query(`alter database ${rows[0]?.name} set default_transaction_read_only = ${value}`);
    });
  return {
    connections,
    terminate: async (pids) => {
      const ended = pids ?? (await connections());
      await run((client) =>
        client.query("select pg_terminate_backend(pid, 10000) from unnest($1::int[]) as pid", [ended]),
      );
    },
    makeReadOnly: () => setReadOnly("on"),
    makeWritable: () => setReadOnly("off"),
  };
}

/** The process id of the server's process that serves a connection. */
export async function pidOf(client: pg.ClientBase | pg.Pool): Promise<number> {
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  const [row] = rows;
  if (!row) throw new Error("The database did not say its process id.");
  return row.pid;
}
