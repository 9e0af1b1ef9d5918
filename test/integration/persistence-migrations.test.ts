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

/** Tables and columns, as the catalogue has them, and the migrations that were applied. */
async function schema(): Promise<unknown> {
  return withClient(connectionString, async (client) => {
    const columns = await client.query(
      "select table_name, column_name, data_type, is_nullable from information_schema.columns where table_schema = 'public' order by 1, 2",
    );
    const applied = await client.query("select name from kysely_migration order by name");
    return { columns: columns.rows, applied: applied.rows };
  });
}

test("an empty database is brought up to date, and one that is stays as it is", async () => {
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

test("a migration that fails leaves nothing half done, and says so", async () => {
  await withClient(connectionString, (client) => client.query("create table drafts (mine integer)"));
  await expect(migrateIt()).rejects.toThrow('relation "drafts" already exists');
  await withClient(connectionString, async (client) => {
    const { rows } = await client.query("select to_regclass('change_requests') as found");
    expect(rows).toEqual([{ found: null }]);
  });
});

test("requests that an earlier version stored have as long to execute as to decide, and their snapshots are kept", async () => {
  await restoreTables(connectionString, await readRecording("written-by-cb610e4"));
  await migrateIt();
  await withClient(connectionString, async (client) => {
    const times = await client.query(
      "select count(*)::int as requests from change_requests where execute_by = expires_at and not_before is null",
    );
    const all = await client.query(
      `select (select count(*)::int from change_requests) as requests, (select count(*)::int from targets) as targets,
         (select count(*)::int from change_requests where renewals > 0) as renewed`,
    );
    const { requests, targets, renewed } = all.rows[0];
    expect(times.rows).toEqual([{ requests }]);
    expect(requests).toBeGreaterThan(0);
    const kept = await client.query(
      `select count(*)::int as targets, count(*) filter (where taken_at is null)::int as renewed
       from snapshots kept
       join targets target using (request_id, position)
       join change_requests request on request.id = request_id
       where renewal = renewals and kept.facts = target.facts and kept.snapshot = target.snapshot
         and kept.slack_user_ids = target.slack_user_ids
         and taken_at is not distinct from case when renewals = 0 then created_at end`,
    );
    expect(kept.rows).toEqual([{ targets, renewed }]);
    expect(renewed).toBeGreaterThan(0);
  });
});
