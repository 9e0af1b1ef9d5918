import { afterAll, beforeAll, expect, test } from "vitest";
import { createPostedMessages } from "../../src/persistence/index.ts";
import type { PostedMessages } from "../../src/slack/posting/posted-messages.ts";
import { setDatabaseClock } from "../support/database-clock.ts";
import { openTestStore, type TestStore } from "../support/test-store.ts";

const APPROVALS = { channelId: "C0APPROVE", threadTs: null };

let store: TestStore;
let postedMessages: PostedMessages;
beforeAll(async () => {
  store = await openTestStore();
  postedMessages = createPostedMessages(store.database.db, store.withLock);
});
afterAll(() => store[Symbol.asyncDispose]());

test("a message is remembered from before it is posted until it is forgotten", async () => {
  expect(await postedMessages.find("card:1")).toBeNull();
  const before = Date.now();
  await postedMessages.begin("card:1", { channelId: "C0APPROVE", threadTs: "17.5" });
  const begun = await postedMessages.find("card:1");
  expect(begun).toMatchObject({ channelId: "C0APPROVE", threadTs: "17.5", ts: null, contentHash: null });
  expect(Math.abs(Number(begun?.begunAt) - before)).toBeLessThan(10_000);
  await postedMessages.posted("card:1", "18.1", "hash");
  expect(await postedMessages.find("card:1")).toEqual({ ...begun, ts: "18.1", contentHash: "hash" });
  await postedMessages.forget("card:1");
  expect(await postedMessages.find("card:1")).toBeNull();
});

test("a message is dated by the database's clock, against Slack's, and not by the machine's", async () => {
  const { lockPool } = store.database;
  await setDatabaseClock(lockPool, 3_600_000);
  await postedMessages.begin("card:dated", APPROVALS);
  await setDatabaseClock(lockPool, 0);
  const begun = await postedMessages.find("card:dated");
  expect(Number(begun?.begunAt) - Date.now()).toBeGreaterThan(3_000_000);
});

test("a message that is begun anew takes the place of the one before, with a date of its own", async () => {
  const { lockPool } = store.database;
  await postedMessages.begin("card:2", APPROVALS);
  await postedMessages.posted("card:2", "18.1", "hash");
  await setDatabaseClock(lockPool, 3_600_000);
  await postedMessages.begin("card:2", { channelId: "C0RESTRICT", threadTs: null });
  await setDatabaseClock(lockPool, 0);
  const begun = await postedMessages.find("card:2");
  expect(begun).toMatchObject({ channelId: "C0RESTRICT", ts: null, contentHash: null });
  expect(Number(begun?.begunAt) - Date.now()).toBeGreaterThan(3_000_000);
});

test("it is remembered since when Slack refuses to update a message, until it takes an update", async () => {
  const { lockPool } = store.database;
  const key = "card:refused";
  await postedMessages.begin(key, APPROVALS);
  await postedMessages.posted(key, "18.1", "hash");
  expect(await postedMessages.updateRefused(key)).toBe(0);
  await setDatabaseClock(lockPool, 600_000);
  expect(await postedMessages.updateRefused(key)).toBeGreaterThanOrEqual(600_000);
  await postedMessages.posted(key, "18.1", "other");
  expect(await postedMessages.updateRefused(key)).toBe(0);
  await postedMessages.begin(key, APPROVALS);
  await setDatabaseClock(lockPool, 0);
  expect(await postedMessages.updateRefused(key)).toBe(0);
});

test("messages are found by the beginning of their key, in which nothing is a wildcard", async () => {
  for (const key of ["announce:1:approved", "announce:1:done", "announce:12:done", "announce_1:x"])
    await postedMessages.begin(key, APPROVALS);
  const found = await postedMessages.findAll("announce:1:");
  expect(found.map(({ key }) => key).toSorted()).toEqual(["announce:1:approved", "announce:1:done"]);
  expect(await postedMessages.findAll("announce_%")).toEqual([]);
});

test("work on one message excludes work on it elsewhere", async () => {
  await using other = store.openReplica();
  const elsewhere = createPostedMessages(other.database.db, other.withLock);
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} begins`);
    await postedMessages.begin("card:3", APPROVALS);
    order.push(`${name} ends`);
  };
  await Promise.all([postedMessages.withKey("card:3", work("a")), elsewhere.withKey("card:3", work("b"))]);
  expect(order[1]).toBe(order[0]?.replace("begins", "ends"));
  expect(order).toHaveLength(4);
});
