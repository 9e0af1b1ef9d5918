import { expect, test } from "vitest";
import type { Job } from "../../src/change-requests/index.ts";
import { stopDatabaseClock } from "../support/database-clock.ts";
import { useQueueStore } from "../support/use-store.ts";

const JOB: Job = { kind: "expire", requestId: 7 };
const NOW = new Date("2026-11-01T10:00:00Z");

const store = useQueueStore();

const enqueue = (seconds: number) =>
  store.uow.run((tx) => tx.jobs.enqueue(JOB, { startAfter: new Date(NOW.getTime() + seconds * 1_000) }));
const found = () => store.uow.run(async ({ jobs }) => [await jobs.isWaiting(JOB), await jobs.isDueSoon(JOB)]);

test.each([
  ["now", 0, true],
  ["in a minute", 60, true],
  ["in more than a minute", 61, false],
])(
  "a job that is due %s is waiting, and is due soon only within a minute",
  async (_when, seconds, isSoon) => {
    await stopDatabaseClock(store.database.lockPool, NOW);
    await enqueue(seconds);
    expect(await found()).toEqual([true, isSoon]);
    expect(await store.uow.run(({ jobs }) => jobs.isWaiting({ ...JOB, requestId: 8 }))).toBe(false);
  },
);

test("the next of two jobs for the same work decides whether the work is due soon", async () => {
  await stopDatabaseClock(store.database.lockPool, NOW);
  await enqueue(0);
  await enqueue(3_600);
  expect(await found()).toEqual([true, true]);
});

test.each([
  ["is tried again soon counts as waiting", "retry", true],
  ["is at work does not count as waiting", "active", false],
])("a job that %s", async (_what, state, isWaiting) => {
  await stopDatabaseClock(store.database.lockPool, NOW);
  await enqueue(0);
  await store.database.lockPool.query("update pgboss.job set state = $1", [state]);
  expect(await found()).toEqual([isWaiting, isWaiting]);
});
