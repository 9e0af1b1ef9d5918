import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { openDatabase } from "./database.ts";

/** Beside `src/` and `dist/` alike. */
const FOLDER = fileURLToPath(new URL("../../migrations", import.meta.url));

/**
 * Brings the database's tables up to date with `migrations/`; several processes may do so at once.
 * @throws when a migration fails; those before it stay.
 */
export async function migrate(options: { connectionString: string }): Promise<void> {
  await using database = openDatabase({ ...options, log: () => {} });
  const migrator = new Migrator({ db: database.db, provider: { getMigrations: readMigrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".sql")).sort();
  const migrations = names.map(async (name): Promise<[string, Migration]> => {
    const text = await readFile(join(FOLDER, name), "utf8");
    return [name.replace(/\.sql$/, ""), { up: async (db) => void (await sql.raw(text).execute(db)) }];
  });
  return Object.fromEntries(await Promise.all(migrations));
}
