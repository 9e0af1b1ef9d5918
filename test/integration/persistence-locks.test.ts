import { expect, test } from "vitest";
import { hold } from "../support/turns.ts";
import { useReplica, useTestStore } from "../support/use-store.ts";

const store = useTestStore();
const other = useReplica(store);

test("work under one name waits its turn, on whichever replica", async () => {
  const order: string[] = [];
  const first = await hold((pause) =>
    store.withLock("subject 1", async () => {
      await pause();
      order.push("first");
    }),
  );
  const second = other.withLock("subject 1", async () => void order.push("second"));
  await store.untilWaitedFor();
  expect(order).toEqual([]);
  await Promise.all([first.letGo(), second]);
  expect(order).toEqual(["first", "second"]);
});

test("work under another name waits for nobody", async () => {
  const first = await hold((pause) => store.withLock("subject 1", pause));
  expect(await other.withLock("subject 2", async () => "done")).toBe("done");
  await first.letGo();
});

test("the lock is free again when the work fails", async () => {
  await expect(store.withLock("subject 1", () => Promise.reject(new Error("failed")))).rejects.toThrow(
    "failed",
  );
  expect(await other.withLock("subject 1", async () => "done")).toBe("done");
});

test("the lock is free when its holder's connection dies, and the holder notices before it writes", async () => {
  const first = await hold((pause) =>
    store.withLock("subject 1", async (assertHeld) => {
      await assertHeld();
      await pause();
      return assertHeld().then(
        () => "still held",
        () => "lost",
      );
    }),
  );
  const waiting = other.withLock("subject 1", async () => "mine now");
  await store.untilWaitedFor();
  await other.database.lockPool.query(
    "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())",
  );
  expect(await waiting).toBe("mine now");
  expect(await first.letGo()).toBe("lost");
});

test("a connection that broke is not used again", async () => {
  for (let count = 0; count < 20; count++)
    expect(await store.withLock(`subject ${count}`, async (assertHeld) => assertHeld())).toBeUndefined();
});
