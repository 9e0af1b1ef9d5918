import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import type { Tables } from "./schema.ts";

/** Beside `src/` and `dist/` alike. */
const FOLDER = fileURLToPath(new URL("../../migrations", import.meta.url));

/**
 * Brings the database's tables up to date with `migrations/`; several processes may do so at once.
 * @throws when a migration fails; those before it stay.
 */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrations = await readMigrations();
  // The library takes longer to find out that there is nothing to do than everything else at a start.
  if (await wereApplied(db, Object.keys(migrations))) return;
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

async function wereApplied(db: Kysely<Tables>, names: readonly string[]): Promise<boolean> {
  const { rows } = await sql<{
    table: string | null;
  }>`select to_regclass('kysely_migration') as table`.execute(db);
  if (rows[0]?.table == null) return false;
  const applied = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return applied.rows.map(({ name }) => name).join() === names.toSorted().join();
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".sql")).sort();
  const migrations = names.map(async (name): Promise<[string, Migration]> => {
    const text = await readFile(join(FOLDER, name), "utf8");
    return [name.replace(/\.sql$/, ""), { up: async (db) => void (await sql.raw(text).execute(db)) }];
  });
  return Object.fromEntries(await Promise.all(migrations));
}
