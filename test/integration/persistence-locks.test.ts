import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestStore, type Replica, type TestStore } from "../support/test-store.ts";

let store: TestStore;
let other: Replica;
beforeAll(async () => {
  store = await openTestStore();
  other = store.openReplica();
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

/** Work that lasts until it is let go. */
function longWork() {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  return {
    begun: begun.promise,
    letGo: () => end.resolve(),
    work: async () => {
      begun.resolve();
      await end.promise;
    },
  };
}

test("work under one name waits its turn, on whichever replica", async () => {
  const order: string[] = [];
  const first = longWork();
  const holding = store.withLock("subject 1", async () => {
    await first.work();
    order.push("first");
  });
  await first.begun;
  const waiting = other.withLock("subject 1", async () => void order.push("second"));
  await store.untilWaitedFor();
  expect(order).toEqual([]);
  first.letGo();
  await Promise.all([holding, waiting]);
  expect(order).toEqual(["first", "second"]);
});

test("work under another name waits for nobody", async () => {
  const first = longWork();
  const holding = store.withLock("subject 1", first.work);
  await first.begun;
  expect(await other.withLock("subject 2", async () => "done")).toBe("done");
  first.letGo();
  await holding;
});

test("the lock is free again when the work fails", async () => {
  await expect(store.withLock("subject 1", () => Promise.reject(new Error("failed")))).rejects.toThrow(
    "failed",
  );
  expect(await other.withLock("subject 1", async () => "done")).toBe("done");
});

test("the lock is free when its holder's connection dies, and the holder notices before it writes", async () => {
  const first = longWork();
  const assertions: Promise<void>[] = [];
  const holding = store.withLock("subject 1", async (assertHeld) => {
    await assertHeld();
    await first.work();
    assertions.push(assertHeld());
    await Promise.allSettled(assertions);
  });
  await first.begun;
  const waiting = other.withLock("subject 1", async () => "mine now");
  await store.untilWaitedFor();
  await other.database.lockPool.query(
    "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())",
  );
  expect(await waiting).toBe("mine now");
  first.letGo();
  await holding;
  await expect(assertions[0]).rejects.toThrow();
});

test("a connection that broke is not used again", async () => {
  for (let count = 0; count < 20; count++)
    expect(await store.withLock(`subject ${count}`, async (assertHeld) => assertHeld())).toBeUndefined();
});
