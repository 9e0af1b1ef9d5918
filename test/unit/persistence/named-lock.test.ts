import type { Pool } from "pg";
import { expect, it } from "vitest";
import { DatabaseClient } from "../../../src/persistence/database-client.ts";
import { createTryWithLock, createWithLock } from "../../../src/persistence/named-lock.ts";
import { createServerGeneration } from "../../../src/persistence/server-generation.ts";

const GONE = new Error("the host has vanished");
const READ_ONLY = new Error("cannot execute UPDATE in a read-only transaction");
const HELD_ELSEWHERE = Object.assign(new Error("canceling statement due to lock timeout"), { code: "55P03" });

/**
 * A pool of one connection. A statement that contains one of `failing` fails. While a statement that contains
 * `readOnlyDuring` is under way, another connection finds the server read-only.
 */
function poolOf({
  got = true,
  isHeldElsewhere = false,
  failing = [] as readonly string[],
  readOnlyDuring = "nothing",
} = {}) {
  const generation = createServerGeneration();
  const sent: string[] = [];
  /** The statements with a separate deadline. */
  const timed: string[] = [];
  const released: unknown[] = [];
  const query = async (statement: string | { text: string; query_timeout?: number }) => {
    const { text, query_timeout } = typeof statement === "string" ? { text: statement } : statement;
    const name = text.replace(/\(.*/, "");
    sent.push(name);
    if (query_timeout) timed.push(name);
    if (text.includes(readOnlyDuring)) generation.end(0, READ_ONLY);
    if (failing.some((part) => text.includes(part))) throw GONE;
    if (isHeldElsewhere && sent.length === 1) throw HELD_ELSEWHERE;
    return { rows: [{ got }] };
  };
  const release = (error?: Error) => void released.push(error ?? null);
  const client = Object.assign(new DatabaseClient({}, { generation }), { query, release });
  const pool = { connect: async () => client } as unknown as Pool; // nothing else is called
  return { pool, sent, timed, released };
}

it.each([
  ["the database no longer answers", { failing: ["select 1", "pg_advisory_unlock"] }, GONE],
  ["its server turned out to be read-only", { readOnlyDuring: "select 1" }, null],
])("a lock is lost if %s when its holder asks for it, and nothing is written", async (_if, on, closedBy) => {
  const { pool, released } = poolOf(on);
  let written = false;
  const work = createWithLock(pool)("subject 1", async (assertHeld) => {
    await assertHeld();
    written = true;
  });
  await expect(work).rejects.toMatchObject({ code: "lock_lost" });
  expect([written, released]).toEqual([false, [closedBy]]);
});

it.each([
  ["was free", createTryWithLock, "select pg_try_advisory_lock", false],
  ["was waited for", createWithLock, "select pg_advisory_lock", false],
  ["another replica still holds", createWithLock, "select pg_advisory_lock", true],
])(
  "no work begins under a lock that %s, if its server turned out to be read-only meanwhile",
  async (...one) => {
    const [, createLock, statement, isHeldElsewhere] = one;
    const { pool, sent } = poolOf({ readOnlyDuring: `${statement}(`, isHeldElsewhere });
    let begun = false;
    const work = createLock(pool)("subject 1", async () => {
      begun = true;
    });
    await expect(work).rejects.toMatchObject({ code: "lock_lost" });
    expect([begun, sent]).toEqual([false, [statement, "select pg_advisory_unlock"]]);
  },
);

it("a connection whose lock can't be given back is closed, so that the lock goes with it", async () => {
  const { pool, released } = poolOf({ failing: ["pg_advisory_unlock"] });
  expect(await createWithLock(pool)("subject 1", async () => "done")).toBe("done");
  expect(released).toEqual([GONE]);
});

it.each([
  ["was waited for", createWithLock],
  ["was free", createTryWithLock],
])(
  "a lock that %s is given back after work that fails, and its connection is kept",
  async (_, createLock) => {
    const { pool, sent, released } = poolOf();
    await expect(createLock(pool)("bulk 1", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect([sent.at(-1), released]).toEqual(["select pg_advisory_unlock", [null]]);
  },
);

it.each([
  ["work begins under a lock that is free, which is given back", true, ["select pg_advisory_unlock"]],
  ["work does not begin under a lock of another replica, which is left alone", false, []],
] as const)("%s", async (_title, got, unlocking) => {
  const { pool, sent, released } = poolOf({ got });
  let begun = false;
  const work = async () => {
    begun = true;
  };
  expect(await createTryWithLock(pool)("bulk 1", work)).toBe(got);
  expect([begun, released]).toEqual([got, [null]]);
  expect(sent).toEqual(["select pg_try_advisory_lock", ...unlocking]);
});

it("each statement on a lock's connection has a deadline of its own, except the wait for the lock", async () => {
  const { pool, timed } = poolOf();
  await createWithLock(pool)("subject 1", (assertHeld) => assertHeld());
  expect(timed).toEqual(["select 1", "select pg_advisory_unlock"]);
});
