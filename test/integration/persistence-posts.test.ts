import { beforeEach, expect, test } from "vitest";
import { createPostedMessages } from "../../src/persistence/index.ts";
import type { PostedMessages } from "../../src/slack/posting/posted-messages.ts";
import { setDatabaseClock } from "../support/database-clock.ts";
import { useTestStore } from "../support/use-store.ts";

const APPROVALS = { channelId: "C0APPROVE", threadTs: null };

const store = useTestStore();
let postedMessages: PostedMessages;
beforeEach(() => {
  postedMessages = createPostedMessages(store.database.db, store.withLock);
});

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

test("a message that is begun anew is not posted yet, and is dated by the database's clock; others stay as they were", async () => {
  const { lockPool } = store.database;
  for (const key of ["card:3", "card:2"]) {
    await postedMessages.begin(key, APPROVALS);
    await postedMessages.posted(key, `${key}.1`, `hash of ${key}`);
  }
  await setDatabaseClock(lockPool, 3_600_000);
  const restricted = { channelId: "C0RESTRICT", threadTs: null };
  for (const key of ["card:2", "card:new"]) await postedMessages.begin(key, restricted);
  await setDatabaseClock(lockPool, 0);
  for (const key of ["card:2", "card:new"]) {
    const begun = await postedMessages.find(key);
    expect(begun).toMatchObject({ channelId: "C0RESTRICT", ts: null, contentHash: null });
    expect(Number(begun?.begunAt) - Date.now()).toBeGreaterThan(3_000_000);
  }
  await postedMessages.forget("card:2");
  const other = { channelId: "C0APPROVE", ts: "card:3.1", contentHash: "hash of card:3" };
  expect(await postedMessages.find("card:3")).toMatchObject(other);
});

test("the time since when Slack refuses to update a message is remembered until Slack takes an update", async () => {
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

test("two replicas never work on one message at once", async () => {
  await using other = store.openReplica();
  const elsewhere = createPostedMessages(other.database.db, other.withLock);
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} begins`);
    await postedMessages.begin("card:4", APPROVALS);
    order.push(`${name} ends`);
  };
  await Promise.all([postedMessages.withKey("card:4", work("a")), elsewhere.withKey("card:4", work("b"))]);
  expect(order[1]).toBe(order[0]?.replace("begins", "ends"));
  expect(order).toHaveLength(4);
});
