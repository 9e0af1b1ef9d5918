import { once } from "node:events";
import net from "node:net";
import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { correlationId, withCorrelation } from "../../src/kernel/correlation.ts";
import {
  createConnectionPool,
  createServerGeneration,
  createWithLock,
  isDatabaseOutage,
} from "../../src/persistence/index.ts";
import { type DatabaseFaults, faultsOf, pidOf } from "../support/broken-connections.ts";
import { hold } from "../support/turns.ts";
import { useTestStore } from "../support/use-store.ts";

const store = useTestStore();
let faults: DatabaseFaults;
beforeAll(async () => {
  faults = faultsOf(store.connectionString);
});

/** A pool of one connection with other settings than the product's, closed with its test. */
function openPool(options: Partial<Parameters<typeof createConnectionPool>[0]>) {
  const pool = createConnectionPool({
    connectionString: store.connectionString,
    max: 1,
    generation: createServerGeneration(),
    onError: () => {},
    ...options,
  });
  return Object.assign(pool, { [Symbol.asyncDispose]: () => pool.end() });
}

/** Whether the bot treats an error as an outage, and not as a fault of the program. */
async function isOutage(work: Promise<unknown>): Promise<boolean> {
  return isDatabaseOutage(await work.catch((error: unknown) => error));
}

// An `error` event that nobody listens to would end this process, which Vitest reports as a failure of the run.
describe("a connection that the server ends", () => {
  test("between two statements of a transaction fails the transaction, of which nothing is stored", async () => {
    await store.database.pool.query("create table kept (id int)");
    const transaction = store.database.db.transaction().execute(async (tx) => {
      await sql`insert into kept values (1)`.execute(tx);
      await faults.terminate();
      await sql`insert into kept values (2)`.execute(tx);
    });
    expect(await isOutage(transaction)).toBe(true);
    expect((await store.database.pool.query("select from kept")).rowCount).toBe(0);
  });

  test("while a transaction does something else fails its commit", async () => {
    const transaction = store.database.db.transaction().execute(async (tx) => {
      await sql`insert into kept values (3)`.execute(tx);
      await faults.terminate();
      // After this query, the transaction's client has read the end of its connection, while it ran no statement.
      await store.database.pool.query("select 1");
    });
    expect(await isOutage(transaction)).toBe(true);
    expect((await store.database.pool.query("select from kept")).rowCount).toBe(0);
  });

  test("while it is idle is not used again", async () => {
    const clients = await Promise.all([1, 2, 3].map(() => store.database.pool.connect()));
    for (const client of clients) client.release();
    await faults.terminate();
    const noneIdle = () => store.database.pool.idleCount;
    await expect.poll(noneIdle).toBe(0);
    expect((await store.database.pool.query("select 1")).rowCount).toBe(1);
  });

  test("while it is idle is reported without the correlation id of the work that opened it", async () => {
    const reported: (string | null)[] = [];
    await using pool = openPool({ onError: () => void reported.push(correlationId()) });
    const pid = await withCorrelation("a click", async () => {
      const client = await pool.connect();
      client.release();
      return pidOf(client);
    });
    await faults.terminate([pid]);
    await expect.poll(() => reported).toEqual([null]);
  });

  test("while it is checked out and unused is closed when it is given back", async () => {
    const client = await store.database.pool.connect();
    const pid = await pidOf(client);
    await faults.terminate([pid]);
    client.release();
    for (let used = 0; used < 5; used += 1) expect(await pidOf(store.database.pool)).not.toBe(pid);
  });

  test("while it waits for a lock fails the wait, and the work is not begun", async () => {
    await using other = store.openReplica();
    const holding = await hold((pause) => other.withLock("waited for", pause));
    let ran = false;
    const waiting = store.withLock("waited for", async () => {
      ran = true;
    });
    const outage = isOutage(waiting);
    await store.untilWaitedFor();
    const { rows } = await store.database.pool.query(
      "select pid from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())",
    );
    await faults.terminate(rows.map(({ pid }) => pid));
    expect(await outage).toBe(true);
    expect(ran).toBe(false);
    await holding.letGo();
    expect(await store.withLock("waited for", async () => "mine now")).toBe("mine now");
  });

  test("while a lock is held on it makes the lock count as lost", async () => {
    const lost = store.withLock("held", async (assertHeld) => {
      await assertHeld();
      await faults.terminate();
      await assertHeld();
    });
    await expect(lost).rejects.toMatchObject({ code: "lock_lost" });
    expect(await isOutage(lost)).toBe(true);
  });

  test("while it is being opened fails the statement that it was opened for", async () => {
    await using server = await listen((socket) => socket.once("data", () => socket.destroy()));
    await using pool = openPool({ connectionString: addressOf(server) });
    expect(await isOutage(pool.query("select 1"))).toBe(true);
  });
});

describe("a database that never answers", () => {
  test("fails an attempt to connect", async () => {
    await using server = await listen(() => {});
    await using pool = openPool({ connectionString: addressOf(server) });
    expect(await isOutage(pool.query("select 1"))).toBe(true);
  });

  test("fails a statement, and its connection is used no more", async () => {
    await using pool = openPool({ statementTimeoutMs: 300 });
    const before = await pidOf(pool);
    expect(await isOutage(pool.query("select pg_sleep(60)"))).toBe(true);
    expect(await pidOf(pool)).not.toBe(before);
  });

  test("fails the next statement over that connection at once, the rollback for instance", async () => {
    await using pool = openPool({ statementTimeoutMs: 300 });
    const client = await pool.connect();
    expect(await isOutage(client.query("select pg_sleep(60)"))).toBe(true);
    // The second attempt must not wait for the same time again.
    await expect(client.query("rollback")).rejects.toThrow(/closed|terminated|not queryable/);
    client.release();
  });
});

test("a wait for a lock that is held goes on after the server's limit for such waits", async () => {
  await using pool = openPool({ settings: { lock_timeout: "50" } });
  const withLock = createWithLock(pool);
  const holding = await hold((pause) => store.withLock("long", pause));
  const waiting = withLock("long", async () => "mine now");
  // Each wait for the lock is a separate transaction.
  const waits = new Set<string>();
  const seen = async () => {
    const { rows } = await store.database.pool.query(
      "select query_start::text as since from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
    );
    for (const { since } of rows) waits.add(since);
    return waits.size;
  };
  await expect.poll(seen, { interval: 10 }).toBeGreaterThan(2);
  await holding.letGo();
  expect(await waiting).toBe("mine now");
});

/** Listens on a free port; its connections end with it. */
async function listen(onConnection: (socket: net.Socket) => void): Promise<net.Server> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket.on("error", () => {}));
    onConnection(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = server[Symbol.asyncDispose].bind(server);
  server[Symbol.asyncDispose] = () => {
    for (const socket of sockets) socket.destroy();
    return close();
  };
  return server;
}

function addressOf(server: net.Server, database = new URL("postgres://bot:secret@localhost/bot")): string {
  const url = new URL(database);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as net.AddressInfo).port); // a listening TCP server has one
  return url.href;
}

test("a wait for a connection, and the end of a pool, take no longer if the host of a connection has vanished", async () => {
  const database = new URL(store.connectionString);
  const links = new Set<readonly [net.Socket, net.Socket]>();
  // Open connections through this server can go silent, as when a host vanishes; later ones work.
  await using server = await listen((near) => {
    const far = net.connect(Number(database.port), database.hostname).on("error", () => {});
    links.add([near, far]);
    near.on("close", () => far.destroy());
    near.pipe(far);
    far.pipe(near);
  });
  const silence = () => {
    for (const [near, far] of links) {
      near.unpipe(far).resume();
      far.unpipe(near).resume();
    }
  };
  const generation = createServerGeneration();
  const pool = openPool({ connectionString: addressOf(server, database), generation });
  const client = await pool.connect();
  await client.query("select 1");
  const waiting = pool.query("select 2 as two");
  generation.end(generation.current, new Error("read-only"));
  silence();
  client.release();
  expect((await waiting).rows).toEqual([{ two: 2 }]);
  silence();
  await pool.end();
});
