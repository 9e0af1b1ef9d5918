import type { Pool } from "pg";
import { expect, it } from "vitest";
import { DatabaseClient } from "../../../src/persistence/database-client.ts";
import { createTryWithLock, createWithLock } from "../../../src/persistence/named-lock.ts";
import { createServerGeneration } from "../../../src/persistence/server-generation.ts";

const READ_ONLY = new Error("cannot execute UPDATE in a read-only transaction");
const HELD_ELSEWHERE = Object.assign(new Error("canceling statement due to lock timeout"), { code: "55P03" });

/**
 * A pool of one connection, whose server turns out to be read-only, over another connection, while the first statement
 * that contains `during` is under way. The first wait for a lock ends without it.
 */
function poolOf({ during, isHeldElsewhere = true }: { during: string; isHeldElsewhere?: boolean }) {
  const generation = createServerGeneration();
  const sent: string[] = [];
  const query = async (statement: string | { text: string }) => {
    const text = typeof statement === "string" ? statement : statement.text;
    sent.push(text.replace(/\(.*/, ""));
    if (text.includes(during)) generation.end(0, READ_ONLY);
    const isWait = text.includes("pg_advisory_lock(");
    if (isWait && isHeldElsewhere && sent.length === 1 && text.includes(during)) throw HELD_ELSEWHERE;
    return { rows: [{ got: true }] };
  };
  const client = Object.assign(new DatabaseClient({}, { generation }), { query, release: () => {} });
  const pool = { connect: async () => client } as unknown as Pool; // nothing else is asked
  return { pool, sent };
}

it("work that waits for nobody isn't begun under a lock of a server that turned out to be read-only", async () => {
  const { pool, sent } = poolOf({ during: "pg_try_advisory_lock" });
  let begun = false;
  const work = createTryWithLock(pool)("bulk 1", async () => {
    begun = true;
  });
  await expect(work).rejects.toMatchObject({ code: "lock_lost" });
  expect(begun).toBe(false);
  expect(sent.at(-1)).toBe("select pg_advisory_unlock");
});

it("a lock is waited for no longer on a server that turned out to be read-only", async () => {
  const { pool, sent } = poolOf({ during: "pg_advisory_lock(" });
  const work = createWithLock(pool)("subject 1", async () => "begun");
  await expect(work).rejects.toMatchObject({ code: "lock_lost" });
  expect(sent).toEqual(["select pg_advisory_lock", "select pg_advisory_unlock"]);
});

it("work isn't begun under a lock that was got from a server that turned out to be read-only meanwhile", async () => {
  const { pool, sent } = poolOf({ during: "pg_advisory_lock(", isHeldElsewhere: false });
  let begun = false;
  const work = createWithLock(pool)("subject 1", async () => {
    begun = true;
  });
  await expect(work).rejects.toMatchObject({ code: "lock_lost" });
  expect([begun, sent]).toEqual([false, ["select pg_advisory_lock", "select pg_advisory_unlock"]]);
});

it("a lock counts as lost if its server turns out to be read-only while it is asked whether the lock is held", async () => {
  const { pool } = poolOf({ during: "select 1" });
  let written = false;
  const work = createWithLock(pool)("subject 1", async (assertHeld) => {
    await assertHeld();
    written = true;
  });
  await expect(work).rejects.toMatchObject({ code: "lock_lost" });
  expect(written).toBe(false);
});

it("a connection over which a statement isn't answered is ended, and so are the statements behind it", () => {
  let ended = 0;
  const client = Object.assign(new DatabaseClient({}), { end: async () => void ended++ });
  client.onStatementFailed(new Error("Query read timeout"));
  expect([client.fault?.message, ended]).toEqual(["Query read timeout", 1]);
});

it("the first fault of a connection is the one that is told, and what is no fault of it leaves it sound", () => {
  const client = new DatabaseClient({});
  client.onStatementFailed(Object.assign(new Error("duplicate key"), { code: "23505" }));
  expect(client.fault).toBeNull();
  const first = Object.assign(new Error("terminating connection"), { code: "57P01" });
  client.onStatementFailed(first);
  client.onStatementFailed(Object.assign(new Error("later"), { code: "08006" }));
  expect(client.fault).toBe(first);
});

it.each(["57P01", "57P05", "08003", "08006", "25P03", "25P04", "25006"])(
  "a connection that the server, or a pooler, ends with %s isn't used again",
  (code) => {
    const client = new DatabaseClient({});
    client.onStatementFailed(Object.assign(new Error("over"), { code }));
    expect(client.fault).toMatchObject({ code });
  },
);

it.each(["57014", "40001", "55P03", "53300"])(
  "a statement that fails with %s leaves its connection sound",
  (code) => {
    const client = new DatabaseClient({});
    client.onStatementFailed(Object.assign(new Error("try again"), { code }));
    expect(client.fault).toBeNull();
  },
);
