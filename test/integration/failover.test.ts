import type pg from "pg";
import { beforeEach, describe, expect, test } from "vitest";
import type { Job } from "../../src/change-requests/index.ts";
import { createDurableQueue, startJobWorkers } from "../../src/jobs/index.ts";
import { messageOf } from "../../src/kernel/errors.ts";
import { assertDatabaseWritable } from "../../src/persistence/index.ts";
import { type DatabaseFaults, faultsOf, pidOf } from "../support/broken-connections.ts";
import { allHandledBy } from "../support/job-handlers.ts";
import { hold } from "../support/turns.ts";
import { useNewStores } from "../support/use-store.ts";

const store = useNewStores();
let faults: DatabaseFaults;
beforeEach(() => {
  faults = faultsOf(store.connectionString);
});

const WRITE = "create table if not exists written (id int)";

/** Opens this number of connections of a pool at the same time, and releases them; resolves to their process ids. */
async function openConnections(pool: pg.Pool, count: number): Promise<number[]> {
  const clients = await Promise.all(Array.from({ length: count }, () => pool.connect()));
  const pids = await Promise.all(clients.map((client) => pidOf(client)));
  for (const client of clients) client.release();
  return pids;
}

/** Lets a connection lead to a server that has become read-only, as after a failover. */
function becomeReadOnly(client: pg.ClientBase): Promise<unknown> {
  return client.query("set default_transaction_read_only = on");
}

/** Writes over a connection of the pool that leads to a read-only server. */
async function meetReadOnly(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  await becomeReadOnly(client);
  await expect(client.query(WRITE)).rejects.toMatchObject({ code: "25006" });
  client.release();
}

/** Waits until none of these connections is open any more. */
async function untilClosed(pids: readonly number[]): Promise<void> {
  const open = async () => (await faults.connections()).filter((pid) => pids.includes(pid));
  await expect.poll(open).toEqual([]);
}

test("one answer that the server is read-only closes the idle connections of all pools, the queue's too", async () => {
  const { database, connectionString } = store;
  const boss = createDurableQueue({ connectionString, generation: database.generation, log: () => {} });
  const queue = boss.boss.getDb();
  const ofQueue = (await queue.executeSql("select pg_backend_pid() as pid")).rows.map(({ pid }) => pid);
  const before = [
    ...(await openConnections(database.pool, 3)),
    ...(await openConnections(database.lockPool, 2)),
    ...ofQueue,
  ];
  await meetReadOnly(database.pool);
  await untilClosed(before);
  await database.pool.query(WRITE);
  await boss.stop(1_000);
});

test("a checked-out connection of before a failover is closed when it is given back, also if it only read", async () => {
  const { pool, lockPool } = store.database;
  const reading = await pool.connect();
  const locking = await lockPool.connect();
  const before = [await pidOf(reading), await pidOf(locking)];
  await meetReadOnly(pool);
  expect(await pidOf(reading)).toBe(before[0]);
  reading.release();
  locking.release();
  await untilClosed(before);
});

test("a lock that was taken before a failover counts as lost, and a wait for a lock fails", async () => {
  const { pool } = store.database;
  await using other = store.openReplica();
  const holding = await hold((pause) => other.withLock("elsewhere", pause));
  const waiting = store.withLock("elsewhere", async () => "begun");
  const waited = expect(waiting).rejects.toMatchObject({ code: "lock_lost" });
  await store.untilWaitedFor();
  const held = store.withLock("here", async (assertHeld) => {
    await assertHeld();
    await meetReadOnly(pool);
    await assertHeld();
  });
  await expect(held).rejects.toMatchObject({ code: "lock_lost" });
  await holding.letGo();
  await waited;
  expect(await store.withLock("elsewhere", async (assertHeld) => assertHeld())).toBeUndefined();
});

test("an answer over an old connection that the server is read-only leaves newer connections alone", async () => {
  const { pool, lockPool } = store.database;
  const [first, late] = [await pool.connect(), await pool.connect()];
  await becomeReadOnly(first);
  await becomeReadOnly(late);
  await expect(first.query(WRITE)).rejects.toMatchObject({ code: "25006" });
  first.release();
  const since = await pidOf(lockPool);
  await expect(late.query(WRITE)).rejects.toMatchObject({ code: "25006" });
  late.release();
  expect(await pidOf(lockPool)).toBe(since);
});

test("a connection that was opened to a read-only server is not kept, so that no later write meets it", async () => {
  const { pool, lockPool } = store.database;
  await faults.makeReadOnly();
  const during = [...(await openConnections(pool, 3)), ...(await openConnections(lockPool, 3))];
  const locked = store.withLock("read-only", async () => "begun");
  await expect(locked).rejects.toMatchObject({ code: "lock_lost" });
  await faults.makeWritable();
  await untilClosed(during);
  await pool.query(WRITE);
});

test("a check that finds the database read-only closes the connections of before", async () => {
  const { database } = store;
  const before = await openConnections(database.lockPool, 2);
  await assertDatabaseWritable(database);
  const client = await database.pool.connect();
  await becomeReadOnly(client);
  // The check borrows the connection that was released last.
  client.release();
  await expect(assertDatabaseWritable(database)).rejects.toMatchObject({ code: "database_read_only" });
  await untilClosed(before);
  await assertDatabaseWritable(database);
});

describe("a job in a read-only window", () => {
  const failures: [Job["kind"], string][] = [];
  const job = async () => {
    const { rows } = await store.database.pool.query("select state, retry_count from pgboss.job");
    return rows;
  };

  /** Enqueues one job, which runs `work`. */
  async function startWork(work: () => Promise<void>): Promise<AsyncDisposable> {
    await using opened = new AsyncDisposableStack();
    const { database, connectionString } = store;
    const boss = createDurableQueue({ connectionString, generation: database.generation, log: () => {} });
    await boss.start();
    opened.defer(() => boss.stop(1_000));
    opened.use(
      startJobWorkers({
        jobs: boss,
        handlers: allHandledBy(work),
        failures: {
          async failed({ kind }, error) {
            failures.push([kind, messageOf(error)]);
            return "again";
          },
          succeeded: async () => {},
        },
        onWatched: () => {},
        onWatchFailed: () => {},
      }),
    );
    await boss.enqueue(database.db, { kind: "settle", requestId: 1 });
    return opened.move();
  }

  test("is done in the same try when the window is over, if its work fails in it", async () => {
    let tries = 0;
    await using _ = await startWork(async () => {
      tries += 1;
      if (tries === 1) {
        await faults.makeReadOnly();
        await faults.terminate();
      }
      // The database is writable again as soon as the work has failed.
      else await faults.makeWritable();
      await store.database.pool.query(WRITE);
    });
    await expect.poll(job, { timeout: 20_000 }).toEqual([{ state: "completed", retry_count: 0 }]);
    expect(failures).toEqual([]);
    expect(tries).toBe(2);
  });

  test("is not done again when the window is over, if its end can't be stored in it", async () => {
    let tries = 0;
    const { generation } = store.database;
    await using _ = await startWork(async () => {
      tries += 1;
      await faults.makeReadOnly();
      await faults.terminate();
    });
    await expect.poll(() => generation.current, { timeout: 20_000 }).toBeGreaterThan(0);
    await faults.makeWritable();
    await expect.poll(job, { timeout: 20_000 }).toEqual([{ state: "completed", retry_count: 0 }]);
    expect(failures).toEqual([]);
    expect(tries).toBe(1);
  });
});
