import { EventEmitter } from "node:events";
import type { Pool } from "pg";
import { expect, it } from "vitest";
import { createDurableQueue } from "../../../src/jobs/index.ts";
import { createQueueDatabase } from "../../../src/jobs/job-queue.ts";
import { createServerGeneration } from "../../../src/persistence/index.ts";
import { createManualClock } from "../incydr/manual-clock.ts";

/** A pool that answers every statement, and the statements that were sent over it. */
function answering() {
  const sent: unknown[] = [];
  let ended = 0;
  const query = async (statement: unknown) => {
    sent.push(statement);
    return { rows: [] };
  };
  const end = async () => {
    ended += 1;
    if (ended > 1) throw new Error("Called end on pool more than once");
  };
  const pool = Object.assign(new EventEmitter(), { query, end });
  const database = createQueueDatabase(pool as unknown as Pool, { clock: createManualClock() }); // the part that is used
  return { database, pool, sent, query, ended: () => ended };
}

it("only changes of the schema get a long deadline, and the queue's upkeep gets none", async () => {
  const { database, sent } = answering();
  await database.executeSql("create index i on pgboss.job (name)");
  await database.executeSql("delete from pgboss.job where created_on < pgboss.job_now()");
  expect(sent).toEqual([
    { text: "create index i on pgboss.job (name)", query_timeout: 3_600_000 },
    "delete from pgboss.job where created_on < pgboss.job_now()",
  ]);
});

it("each new connection gets the session's statements first, and is used even if they are refused", async () => {
  const { database, pool, sent, query } = answering();
  await database.setSessionStatements?.(["set plan_cache_mode = 'auto'", "set work_mem = '8MB'"]);
  pool.emit("connect", { query });
  expect(sent).toEqual(["set plan_cache_mode = 'auto'", "set work_mem = '8MB'"]);
  pool.emit("connect", { query: () => Promise.reject(new Error("unknown setting")) });
  await new Promise((resolve) => setImmediate(resolve));
});

it("the database can be closed twice, and closes its pool once", async () => {
  const { database, ended } = answering();
  await Promise.all([database.close(), database.close()]);
  await database.close();
  expect(ended()).toBe(1);
});

it("no statement is repeated while the database closes, so that a stop in an outage does not wait", async () => {
  const outage = Object.assign(new Error("terminating connection"), { code: "57P01" });
  let tries = 0;
  const query = async () => {
    tries += 1;
    throw outage;
  };
  const pool = Object.assign(new EventEmitter(), { query, end: async () => {} }) as unknown as Pool; // the part that is used
  let nowMs = 0;
  const sleep = async (ms: number) => {
    await new Promise((resolve) => setImmediate(resolve));
    nowMs += ms;
  };
  const database = createQueueDatabase(pool, { clock: { now: () => new Date(nowMs), sleep } });
  const stored = database.executeSql("update pgboss.job set state = 'completed' where id = $1", [1]);
  const failed = expect(stored).rejects.toBe(outage);
  await database.close();
  await failed;
  expect(tries).toBeLessThanOrEqual(2);
});

it("a queue whose stop fails leaves no connection open", async () => {
  const queue = createDurableQueue({
    connectionString: "postgres://127.0.0.1:1/none",
    generation: createServerGeneration(),
    log: () => {},
  });
  const database = queue.boss.getDb();
  queue.boss.stop = () => Promise.reject(new Error("stopped too late"));
  await expect(queue.stop(1)).rejects.toThrow("stopped too late");
  await expect(database.executeSql("select $1::int", [1])).rejects.toThrow("after calling end on the pool");
});
