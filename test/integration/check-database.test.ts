import { randomBytes } from "node:crypto";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withClient } from "../../sandbox/postgres/database-admin.ts";
import {
  checkDatabase,
  createConnectionPool,
  createServerGeneration,
  type Database,
  migrate,
  openDatabase,
} from "../../src/persistence/index.ts";
import { faultsOf } from "../support/broken-connections.ts";
import { useTestStore } from "../support/use-store.ts";

const store = useTestStore();

function admin<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  return withClient(store.connectionString, work);
}

async function nameOfDatabase(): Promise<string> {
  const { rows } = await admin((client) => client.query("select current_database() as name"));
  return rows[0]?.name;
}

describe("a database that allows fewer connections than a replica opens", () => {
  const role = `few_${randomBytes(4).toString("hex")}`;
  const password = randomBytes(12).toString("hex");
  beforeAll(() => admin((client) => client.query(`create role ${role} login password '${password}'`)));
  afterAll(() => admin((client) => client.query(`drop role ${role}`)));

  /** Runs the check as this role, which is no superuser. */
  async function check(connections: number) {
    const url = new URL(store.connectionString);
    url.username = role;
    url.password = password;
    await using database = openDatabase({ connectionString: url.href, connections, log: () => {} });
    return checkDatabase(database);
  }

  test("is found by the limit of its role, with both figures and what to do", async () => {
    expect(await check(39)).toEqual([]);
    await admin((client) => client.query(`alter role ${role} connection limit 20`));
    expect(await check(39)).toMatchObject([
      { code: "too_few_connections", wanted: 39, allowed: 20, limit: "role" },
    ]);
    const [finding] = await check(39);
    expect(finding?.message).toMatch(/20 connections.*39.*DATABASE_CONNECTIONS/);
    expect(await check(20)).toEqual([]);
    await admin((client) => client.query(`alter role ${role} connection limit -1`));
  });

  test("is found by the limit of the database", async () => {
    const name = await nameOfDatabase();
    await admin((client) => client.query(`alter database ${name} connection limit 30`));
    expect(await check(39)).toMatchObject([{ wanted: 39, allowed: 30, limit: "database" }]);
    await admin((client) => client.query(`alter database ${name} connection limit -1`));
  });

  test("is found by the server's limit, of which a part is reserved for superusers", async () => {
    const { rows } = await admin((client) => client.query("show max_connections"));
    const most = Number(rows[0]?.max_connections);
    expect(await check(most)).toMatchObject([{ wanted: most, limit: "max_connections" }]);
    const [finding] = await check(most);
    expect(finding?.allowed).toBeLessThan(most);
  });
});

describe("a pooler that shares connections", () => {
  /** Two clients whose statements are answered by these sessions, one after the other. */
  function databaseOf(sessions: readonly number[]) {
    const answers = sessions.values();
    let checkedOut = 0;
    const pool = {
      connect: async () => {
        checkedOut += 1;
        return {
          query: async () => ({ rows: [{ session: answers.next().value }] }),
          release: () => {
            checkedOut -= 1;
          },
        };
      },
      query: async () => ({ rows: [] }),
    };
    const database = { pool, connections: store.database.connections } as unknown as Database; // all that is asked
    return { database, checkedOut: () => checkedOut };
  }

  test.each([
    ["one session serves two clients", [7, 7, 7, 7, 7, 7]],
    ["the session of a client changes between two statements", [7, 8, 8, 7, 7, 8]],
  ])("is refused if %s", async (_name, sessions) => {
    const { database, checkedOut } = databaseOf(sessions);
    await expect(checkDatabase(database)).rejects.toMatchObject({
      code: "pooler_shares_connections",
      message: expect.stringContaining("session pooling"),
    });
    expect(checkedOut()).toBe(0);
  });

  test("is not suspected of a database itself, or of a pooler in session mode", async () => {
    const { database } = databaseOf([7, 8, 7, 8, 7, 8]);
    expect(await checkDatabase(database)).toEqual([]);
    expect(await checkDatabase(store.database)).toEqual([]);
  });
});

test("a database that a newer version has migrated is refused with the names of the migrations, and left as it is", async () => {
  const insert = "insert into kysely_migration (name, timestamp) values ('9000-the-future', now()::text)";
  await admin((client) => client.query(insert));
  await expect(migrate(store.database)).rejects.toMatchObject({
    code: "database_newer",
    migrations: ["9000-the-future"],
    message: expect.stringMatching(/newer version.*9000-the-future.*Run the newer version/),
  });
  await admin((client) => client.query("delete from kysely_migration where name = '9000-the-future'"));
  await migrate(store.database);
});

describe("a database session", () => {
  const shown = `select current_setting('DateStyle') as dates, current_setting('TimeZone') as zone,
    current_setting('transaction_isolation') as isolation, timestamptz '2026-03-29 01:30:00+00' as at`;

  test("has the settings that our statements rely on, whatever the defaults of its database", async () => {
    const name = await nameOfDatabase();
    await admin((client) =>
      client.query(`
        alter database ${name} set datestyle = 'German';
        alter database ${name} set timezone = 'Asia/Kolkata';
        alter database ${name} set default_transaction_isolation = 'serializable'`),
    );
    await using database = openDatabase({ connectionString: store.connectionString, log: () => {} });
    for (const pool of [database.pool, database.lockPool]) {
      expect((await pool.query(shown)).rows).toEqual([
        { dates: "ISO, DMY", zone: "UTC", isolation: "read committed", at: new Date("2026-03-29T01:30:00Z") },
      ]);
    }
    await admin((client) => client.query(`alter database ${name} reset all`));
  });

  test("keeps the options of DATABASE_URL", async () => {
    const connectionString = `${store.connectionString}?options=-c%20work_mem%3D7MB`;
    await using database = openDatabase({ connectionString, log: () => {} });
    const { rows } = await database.pool.query("select current_setting('work_mem') as memory");
    expect(rows).toEqual([{ memory: "7MB" }]);
    expect((await database.pool.query(shown)).rows).toMatchObject([{ zone: "UTC" }]);
  });

  test("is closed, and runs no statement, if its settings are refused", async () => {
    const { connectionString } = store;
    const before = await faultsOf(connectionString).connections();
    const pool = createConnectionPool({
      connectionString,
      max: 1,
      generation: createServerGeneration(),
      settings: { no_such_setting: "on" },
      onError: () => {},
    });
    await expect(pool.query("select 1")).rejects.toThrow(/no_such_setting/);
    const since = async () =>
      (await faultsOf(connectionString).connections()).filter((pid) => !before.includes(pid));
    await expect.poll(since).toEqual([]);
    await pool.end();
  });
});
