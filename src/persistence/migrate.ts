import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { AppError } from "../kernel/errors.ts";
import type { Database } from "./database.ts";
import type { Tables } from "./tables.ts";

/** The path leads to the same folder from `src/` and from `dist/`. */
const FOLDER = fileURLToPath(new URL("../../migrations", import.meta.url));

/** A newer version of the program has migrated the database. */
class DatabaseNewerError extends AppError<"database_newer"> {
  readonly migrations: readonly string[];

  constructor(migrations: readonly string[]) {
    super(
      "database_newer",
      `A newer version of the bot migrated this database. This version lacks the migrations ${migrations.join(", ")}. Run the newer version.`,
    );
    this.migrations = migrations;
  }
}

/**
 * Applies the new migrations of `migrations/` in one transaction; several processes may do so at once. An error leaves
 * the database unchanged.
 * @throws {DatabaseNewerError} if the database has migrations that this version does not have.
 */
export async function migrate(database: Pick<Database, "db" | "withoutDeadlines">): Promise<void> {
  const migrations = await readMigrations();
  const applied = await appliedMigrations(database.db);
  const unknown = applied.filter((name) => !(name in migrations));
  if (unknown.length > 0) throw new DatabaseNewerError(unknown);
  // If nothing is to do, Kysely's migrator takes longer than the rest of a start.
  if (applied.length === Object.keys(migrations).length) return;
  await database.withoutDeadlines(async (db) => {
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
    const { error } = await migrator.migrateToLatest();
    if (error) throw error;
  });
}

async function appliedMigrations(db: Kysely<Tables>): Promise<string[]> {
  const table = sql<{ name: string | null }>`select to_regclass('kysely_migration') as name`;
  if ((await table.execute(db)).rows[0]?.name == null) return [];
  const applied = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return applied.rows.map(({ name }) => name);
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".sql")).sort();
  const migrations = names.map(async (name): Promise<[string, Migration]> => {
    const text = await readFile(join(FOLDER, name), "utf8");
    return [name.replace(/\.sql$/, ""), { up: async (db) => void (await sql.raw(text).execute(db)) }];
  });
  return Object.fromEntries(await Promise.all(migrations));
}
