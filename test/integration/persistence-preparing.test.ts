import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { DatabaseClient } from "../../src/persistence/database-client.ts";
import { createConnectionPool, createServerGeneration } from "../../src/persistence/index.ts";
import { openQueueStore, type QueueStore } from "../support/test-store.ts";

let store: QueueStore;
let client: pg.Client;
beforeAll(async () => {
  store = await openQueueStore();
  await store.database.pool.query("create table notes (id int primary key, text text)");
});
beforeEach(async () => {
  client = new DatabaseClient({ connectionString: store.connectionString });
  await client.connect();
  return () => client.end();
});
afterAll(() => store[Symbol.asyncDispose]());

/** The statements that this connection has prepared, by their first words. */
async function prepared(beginning: string): Promise<string[]> {
  const { rows } = await client.query(
    `select statement from pg_prepared_statements
     where starts_with(statement, $1) and statement not like '%pg_prepared_statements%'`,
    [beginning],
  );
  return rows.map(({ statement }) => statement);
}

async function send(times: number, text: string, values?: unknown[]): Promise<void> {
  for (let sent = 0; sent < times; sent += 1) await client.query(text, values);
}

test("what is sent with values for the fifth time is prepared, once a connection", async () => {
  const withValues = "select text from notes where id = $1";
  await send(4, withValues, [1]);
  expect(await prepared(withValues)).toEqual([]);
  await send(3, withValues, [1]);
  expect(await prepared(withValues)).toEqual([withValues]);
  const nested = "with last as (select * from notes where id < $1) select max(id) as id, count(*) from last";
  await send(7, nested, [1]);
  expect(await prepared(nested)).toEqual([nested]);
});

test("a prepared statement answers as before: rows, counts, errors, and to a callback", async () => {
  await client.query("delete from notes");
  const insert = "insert into notes (id, text) values ($1, $2) on conflict do nothing returning id";
  for (let id = 0; id < 7; id += 1) {
    expect((await client.query(insert, [id, `note ${id}`])).rows).toEqual([{ id }]);
    expect((await client.query(insert, [id, "again"])).rowCount).toBe(0);
  }
  expect(await prepared(insert)).toEqual([insert]);
  await expect(client.query(insert, ["x", ""])).rejects.toThrow('invalid input syntax for type integer: "x"');
  const text = await new Promise((resolve, reject) => {
    const answer = (error: Error | null, result: pg.QueryResult) =>
      error ? reject(error) : resolve(result.rows);
    client.query("select text from notes where id = $1", [3], answer);
  });
  expect(text).toEqual([{ text: "note 3" }]);
});

test("a column that a migration adds breaks no statement of a connection that lasts", async () => {
  const statements = [
    "select * from notes where id < $1",
    'select distinct "notes".* from notes where id < $1',
    'select id, "public"."notes".* from notes where id < $1',
    "with one as (select * from notes where id = $1) select * from one",
    "insert into notes (id) values ($1) on conflict (id) do update set text = 'x' returning *",
    "select id, text from notes where id = $1",
  ];
  const sendAll = async (times: number) => {
    for (const text of statements) await send(times, text, [1]);
  };
  await sendAll(7);
  await store.database.pool.query("alter table notes add column more text");
  await sendAll(1);
  expect(await prepared("select id, text from notes")).toHaveLength(1);
});

test("no transaction is prepared, nor several statements at once, what has no values, or what is very long", async () => {
  const long = `select 1 where $1::int[] is null or ${"1 = 1 and ".repeat(1_000)} true`;
  for (let sent = 0; sent < 7; sent += 1) {
    await client.query("begin");
    await client.query("select 1; select 2");
    await client.query("set local statement_timeout = 1000");
    await client.query("select max(id) from notes");
    await client.query("select max(id) from notes", []);
    await client.query(long, [[1]]);
    await client.query("commit");
  }
  expect(await prepared("")).toEqual([]);
});

test("a connection lasts for five minutes at most, so that no plan grows old", async () => {
  const { connectionString } = store;
  const other = createConnectionPool({
    connectionString,
    max: 1,
    generation: createServerGeneration(),
    onError: () => {},
  });
  const { pool, lockPool } = store.database;
  for (const { options } of [pool, lockPool, other]) expect(options.maxLifetimeSeconds).toBe(300);
  await other.end();
});

test("everything that the bot's pools and its queue send goes through such connections", async () => {
  const query = "select hash from policy_versions where version = $1";
  const isPrepared = "select 1 from pg_prepared_statements where statement = $1";
  const { pool, lockPool } = store.database;
  const queue = store.boss.boss.getDb();
  // One statement after the other goes over the connection that was given back last.
  const senders = [
    (text: string, values: unknown[]) => pool.query(text, values),
    (text: string, values: unknown[]) => lockPool.query(text, values),
    (text: string, values: unknown[]) => queue.executeSql(text, values),
  ];
  for (const sendText of senders) {
    for (let sent = 0; sent < 7; sent += 1) await sendText(query, [1]);
    expect((await sendText(isPrepared, [query])).rows).toHaveLength(1);
  }
});
