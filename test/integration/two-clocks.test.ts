import { expect, test } from "vitest";
import { createRevocationSteps } from "../../src/change-requests/grants/revocation-steps.ts";
import { createExpire, type UnitOfWork } from "../../src/change-requests/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { createDatabaseClock, createInstantReader, type DatabaseClock } from "../../src/persistence/index.ts";
import { setDatabaseClock, stopDatabaseClock } from "../support/database-clock.ts";
import { someNewRequest, someTarget } from "../support/domain-objects.ts";
import type { Replica } from "../support/test-store.ts";
import { useQueueStore, useReplica } from "../support/use-store.ts";

const END = new Date("2026-11-01T18:00:00Z");
const TEN_MINUTES_MS = 600_000;

const store = useQueueStore();
const other = useReplica(store);

/** A replica whose machine's clock is so many milliseconds off. */
function replicaOff({ database, uow }: Replica, offMs: number): { uow: UnitOfWork; clock: DatabaseClock } {
  const machine = { ...systemClock, now: () => new Date(Date.now() + offMs) };
  return { uow, clock: createDatabaseClock({ readInstantMs: createInstantReader(database.pool), machine }) };
}

async function expiring(): Promise<number> {
  return (await store.uow.run((tx) => tx.requests.insert(someNewRequest({ decideBy: END })))).id;
}

async function temporary(): Promise<number> {
  const target = someTarget({ state: "verified" });
  const role = { id: "alert-emails", name: "Alert Emails" };
  return store.uow.run(async (tx) => {
    const { id } = await tx.requests.insert(someNewRequest({ state: "done", targets: [target] }));
    const grantedAt = new Date(END.getTime() - 3_600_000);
    await tx.grants.insert([{ requestId: id, userId: target.userId, role, grantedAt, endsAt: END }]);
    return id;
  });
}

test("two replicas whose machine clocks are twenty minutes apart agree on the second at which a request and a role end", async () => {
  const replicas = [replicaOff(store, -TEN_MINUTES_MS), replicaOff(other, TEN_MINUTES_MS)];
  for (const { uow, clock } of replicas) {
    await store.empty();
    const [request, grant] = [await expiring(), await temporary()];
    const revocation = createRevocationSteps({ uow, clock });
    const stateOf = async (id: number) => (await store.uow.read(({ requests }) => requests.get(id)))?.state;
    const endAt = async (secondsAfterEnd: number) => {
      await stopDatabaseClock(store.database.lockPool, new Date(END.getTime() + secondsAfterEnd * 1_000));
      await clock.measure();
      await createExpire({ uow, clock })(request);
      return { due: (await revocation.begin(grant)).length, state: await stateOf(request) };
    };
    // A minute before the end: a slow machine does not reach it meanwhile.
    expect(await endAt(-60)).toEqual({ due: 0, state: "pending" });
    expect(await endAt(1)).toEqual({ due: 1, state: "expired" });
  }
});

test("the date style and the time zone of the database don't matter", async () => {
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
