import { EventEmitter } from "node:events";
import type { Pool } from "pg";
import { expect, it } from "vitest";
import { createQueueDatabase } from "../../../src/jobs/queue-database.ts";
import { createManualClock } from "../incydr/manual-clock.ts";

it("gives a long deadline to changes of the schema alone, and none of its own to the queue's upkeep", async () => {
  const sent: unknown[] = [];
  const query = async (statement: unknown) => {
    sent.push(statement);
    return { rows: [] };
  };
  const pool = Object.assign(new EventEmitter(), { query }) as unknown as Pool; // the part that is used
  const database = createQueueDatabase(pool, { clock: createManualClock() });
  await database.executeSql("create index i on pgboss.job (name)");
  await database.executeSql("delete from pgboss.job where created_on < pgboss.job_now()");
  expect(sent).toEqual([
    { text: "create index i on pgboss.job (name)", query_timeout: 3_600_000 },
    "delete from pgboss.job where created_on < pgboss.job_now()",
  ]);
});
