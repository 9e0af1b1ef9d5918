import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { createDatabase, dropDatabase, withClient } from "../../sandbox/postgres/database-admin.ts";
import { migrate, openDatabase } from "../../src/persistence/index.ts";
import { readRecording, restoreTables } from "../support/restore-recording.ts";

let name: string;
let connectionString: string;
beforeEach(async () => {
  name = `test_${randomBytes(6).toString("hex")}`;
  await createDatabase(inject("postgresAdminUrl"), name);
  const url = new URL(inject("postgresAdminUrl"));
  url.pathname = `/${name}`;
  connectionString = url.href;
});
afterEach(() => dropDatabase(inject("postgresAdminUrl"), name));

async function migrateIt(): Promise<void> {
  await using database = openDatabase({ connectionString, log: () => {} });
  await migrate(database);
}

/** The tables and columns of the database, and the applied migrations. */
async function schema(): Promise<unknown> {
  return withClient(connectionString, async (client) => {
    const columns = await client.query(
      "select table_name, column_name, data_type, is_nullable from information_schema.columns where table_schema = 'public' order by 1, 2",
    );
    const applied = await client.query("select name from kysely_migration order by name");
    return { columns: columns.rows, applied: applied.rows };
  });
}

test("a migration brings an empty database up to date, and leaves a current one as it is", async () => {
  await migrateIt();
  const before = await schema();
  await migrateIt();
  expect(await schema()).toEqual(before);
});

test("several processes may bring the same database up to date at once", async () => {
  await Promise.all([1, 2, 3, 4, 5].map(() => migrateIt()));
  const many = await schema();
  await dropDatabase(inject("postgresAdminUrl"), name);
  await createDatabase(inject("postgresAdminUrl"), name);
  await migrateIt();
  expect(many).toEqual(await schema());
});

test("a migration that fails throws, and leaves no part of it behind", async () => {
  await withClient(connectionString, (client) => client.query("create table drafts (mine integer)"));
  await expect(migrateIt()).rejects.toThrow('relation "drafts" already exists');
  await withClient(connectionString, async (client) => {
    const { rows } = await client.query("select to_regclass('change_requests') as found");
    expect(rows).toEqual([{ found: null }]);
  });
});

test("a migration doesn't end the transaction of an earlier version as a deadlock", async () => {
  await restoreTables(connectionString, await readRecording("written-by-5c5248f"));
  await withClient(connectionString, async (earlier) => {
    await earlier.query("begin");
    const { rows } = await earlier.query("select id from change_requests order by id limit 1 for update");
    const migrated = migrateIt();
    const waits = "select from pg_locks where not granted and relation = 'change_requests'::regclass";
    await expect.poll(async () => (await earlier.query(waits)).rowCount).toBe(1);
    for (const table of ["targets", "decisions"])
      await earlier.query(`select from ${table} where request_id = $1`, [rows[0]?.id]);
    await earlier.query("select from audit_entries limit 1");
    await earlier.query("commit");
    await migrated;
  });
});

test("the requests of an earlier version get no times and no snapshots, so that the migration is short", async () => {
  await restoreTables(connectionString, await readRecording("written-by-cb610e4"));
  await migrateIt();
  await withClient(connectionString, async (client) => {
    const { rows } = await client.query(
      `select count(*)::int as requests, count(execute_by)::int as times, count(not_before)::int as earliest,
         (select count(*)::int from snapshots) as snapshots from change_requests`,
    );
    expect(rows).toEqual([{ requests: expect.any(Number), times: 0, earliest: 0, snapshots: 0 }]);
    expect(rows[0]?.requests).toBeGreaterThan(0);
  });
});
