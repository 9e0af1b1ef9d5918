import { expect, test } from "vitest";
import { createRevocationSteps } from "../../src/change-requests/grants/revocation-steps.ts";
import { createExpire, type UnitOfWork } from "../../src/change-requests/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { createDatabaseClock, createInstantReader, type DatabaseClock } from "../../src/persistence/index.ts";
import { setDatabaseClock, stopDatabaseClock } from "../support/database-clock.ts";
import { giveRoles, insertRequest, readRequest } from "../support/stored-rows.ts";
import type { Replica } from "../support/test-store.ts";
import { useQueueStore, useReplica } from "../support/use-store.ts";

const END = new Date("2026-11-01T18:00:00Z");
const TEN_MINUTES_MS = 600_000;

const store = useQueueStore();
const other = useReplica(store);

/** A replica whose machine's clock is wrong by this number of milliseconds. */
function replicaOff({ database, uow }: Replica, offMs: number): { uow: UnitOfWork; clock: DatabaseClock } {
  const machine = { ...systemClock, now: () => new Date(Date.now() + offMs) };
  return { uow, clock: createDatabaseClock({ readInstantMs: createInstantReader(database.pool), machine }) };
}

test("two replicas whose machines' clocks are twenty minutes apart agree on when a request and a role end", async () => {
  const replicas = [replicaOff(store, -TEN_MINUTES_MS), replicaOff(other, TEN_MINUTES_MS)];
  for (const { uow, clock } of replicas) {
    await store.empty();
    const request = await insertRequest(store, { decideBy: END });
    const grant = await giveRoles(store, { grantedAt: new Date(END.getTime() - 3_600_000) });
    const revocation = createRevocationSteps({ uow, clock });
    const endAt = async (secondsAfterEnd: number) => {
      await stopDatabaseClock(store.database.lockPool, new Date(END.getTime() + secondsAfterEnd * 1_000));
      await clock.measure();
      await createExpire({ uow, clock })(request);
      const { state } = await readRequest(store, request);
      return { due: (await revocation.begin(grant)).length, state };
    };
    // A minute before the end, so that a slow machine does not reach the end during the test.
    expect(await endAt(-60)).toEqual({ due: 0, state: "pending" });
    expect(await endAt(1)).toEqual({ due: 1, state: "expired" });
  }
});

test("the database's clock is read rightly with any date style and time zone of the database", async () => {
  const { pool, lockPool } = store.database;
  await setDatabaseClock(lockPool, 0);
  const readInstantMs = createInstantReader({
    query: async (text: string) => {
      const client = await pool.connect();
      try {
        await client.query("set datestyle to 'SQL, DMY'; set timezone to 'Asia/Kathmandu'");
        return await client.query(text);
      } finally {
        client.release(true);
      }
    },
  } as Pick<typeof pool, "query">);
  expect(Math.abs((await readInstantMs()) - Date.now())).toBeLessThan(60_000);
});
