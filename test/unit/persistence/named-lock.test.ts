import type { Pool } from "pg";
import { expect, it } from "vitest";
import { createTryWithLock, createWithLock } from "../../../src/persistence/named-lock.ts";

const GONE = new Error("the host has vanished");

/** A pool of one connection; a statement that contains one of `failing` fails. */
function poolOf({ got = true, failing = [] as string[] } = {}) {
  const sent: string[] = [];
  /** The statements that have a deadline of their own. */
  const timed: string[] = [];
  const released: unknown[] = [];
  const client = {
    async query(query: string | { text: string; query_timeout?: number }) {
      const text = typeof query === "string" ? query : query.text;
      sent.push(text.replace(/\(.*/, ""));
      if (typeof query !== "string" && query.query_timeout) timed.push(text.replace(/\(.*/, ""));
      if (failing.some((part) => text.includes(part))) throw GONE;
      return { rows: [{ got }] };
    },
    release: (error?: Error) => void released.push(error ?? null),
  };
  const pool = { connect: async () => client } as unknown as Pool; // nothing else is asked
  return { pool, sent, timed, released };
}

it("work that asks whether its lock is held asks the database, and learns that the lock is lost", async () => {
  const { pool, released } = poolOf({ failing: ["select 1", "pg_advisory_unlock"] });
  let written = false;
  const work = createWithLock(pool)("subject 1", async (assertHeld) => {
    await assertHeld();
    written = true;
  });
  await expect(work).rejects.toMatchObject({ code: "lock_lost" });
  expect(written).toBe(false);
  expect(released).toEqual([GONE]);
});

it("a connection whose lock can't be given back is closed, so that the lock goes with it", async () => {
  const { pool, released } = poolOf({ failing: ["pg_advisory_unlock"] });
  expect(await createWithLock(pool)("subject 1", async () => "done")).toBe("done");
  expect(released).toEqual([GONE]);
});

it("a lock is given back after work that fails, and its connection is kept", async () => {
  for (const withLock of [createWithLock, createTryWithLock]) {
    const { pool, sent, released } = poolOf();
    await expect(withLock(pool)("bulk 1", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(sent.at(-1)).toBe("select pg_advisory_unlock");
    expect(released).toEqual([null]);
  }
});

it("work under a lock that another replica holds is not begun, and that lock is left alone", async () => {
  const { pool, sent, released } = poolOf({ got: false });
  let begun = 0;
  const work = async () => {
    begun += 1;
  };
  expect(await createTryWithLock(pool)("bulk 1", work)).toBe(false);
  expect([begun, sent, released]).toEqual([0, ["select pg_try_advisory_lock"], [null]]);
  expect(await createTryWithLock(poolOf().pool)("bulk 1", work)).toBe(true);
  expect(begun).toBe(1);
});

it("what waits for nothing on a lock's connection has a deadline of its own, and the wait for the lock has none", async () => {
  const { pool, timed } = poolOf();
  await createWithLock(pool)("subject 1", (assertHeld) => assertHeld());
  expect(timed).toEqual(["select 1", "select pg_advisory_unlock"]);
});
