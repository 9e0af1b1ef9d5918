import { setTimeout as delay } from "node:timers/promises";
import type { createSeededGenerator } from "../../sandbox/incydr/tenant/seeded-generator.ts";
import { withClient } from "../../sandbox/postgres/database-admin.ts";
import type { Sandbox } from "../../sandbox/supervisor/start-sandbox.ts";

export type DatabaseFault = "connections ended" | "read-only window" | "server restarted";

/** The order of the faults, which repeats. Every other fault ends single connections. */
const ORDER: readonly DatabaseFault[] = [
  "connections ended",
  "read-only window",
  "connections ended",
  "server restarted",
];

/** How often one fault of this kind ends connections. */
const ROUNDS = 5;

type Random = ReturnType<typeof createSeededGenerator>;

/**
 * Injects a fault into the bot's database; `count` is the number of earlier faults. Resolves when the database works
 * again.
 */
export async function doDatabaseFault(
  { postgres, env }: Sandbox,
  { count, random }: { count: number; random: Random },
): Promise<DatabaseFault> {
  const url = env.DATABASE_URL ?? "";
  const fault = ORDER[count % ORDER.length] ?? "connections ended";
  switch (fault) {
    case "connections ended":
      for (let round = 0; round < ROUNDS; round += 1) {
        await endConnections(url, random.integer(1, 3));
        await delay(random.integer(0, 200));
      }
      break;
    case "read-only window":
      await setReadOnly(url, "on");
      await endConnections(url, 1);
      await delay(random.integer(500, 4_000));
      await setReadOnly(url, "off");
      break;
    case "server restarted":
      await postgres.restart();
      break;
  }
  return fault;
}

/** Ends one connection of the bot in the middle of its work; resolves to 1, or to 0 if none was open. */
export async function endOneConnection({ env }: Sandbox, random: Random): Promise<number> {
  return withClient(env.DATABASE_URL ?? "", async (client) => {
    const { rowCount } = await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
       order by hashint4(pid + $1) limit 1`,
      [random.integer(0, 1_000_000)],
    );
    return rowCount ?? 0;
  });
}

/** Ends one in `oneIn` connections to the database. */
async function endConnections(url: string, oneIn: number): Promise<void> {
  await withClient(url, (client) =>
    client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and pid % $1 = 0`,
      [oneIn],
    ),
  );
}

/** Makes new connections read-only, or writable again. */
async function setReadOnly(url: string, value: "on" | "off"): Promise<void> {
  await withClient(url, async (client) => {
    const { rows } = await client.query("select quote_ident(current_database()) as name");
    await client.query("set default_transaction_read_only = off");
    await client.query(`alter database ${rows[0]?.name} set default_transaction_read_only = ${value}`);
  });
}
