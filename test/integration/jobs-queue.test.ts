import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DecisionClick, JOB_KINDS, type Job, requestIdOf } from "../../src/change-requests/index.ts";
import { createDurableQueue, startJobWorkers } from "../../src/jobs/index.ts";
import { messageOf } from "../../src/kernel/errors.ts";
import { createServerGeneration } from "../../src/persistence/index.ts";
import { allHandledBy } from "../support/job-handlers.ts";
import { openQueueStore, type QueueStore } from "../support/test-store.ts";

const PLACE = { channelId: "C0APPROVE", threadTs: null };
const CLICK: DecisionClick = {
  clickId: "00000000-0000-4000-8000-000000000001",
  requestId: 1,
  verdict: "approval",
  reason: null,
  slackUserId: "U0THEO",
  shownSnapshot: "0123456789abcdef",
  place: PLACE,
};
const WORDS = { text: "No", blocks: [] };
/** Waits for what a worker does: it asks once a second at the latest. */
const SOON = { timeout: 15_000, interval: 20 };

type JobOptions = Parameters<typeof startJobWorkers>[0];

let store: QueueStore;
let workers: AsyncDisposable;
const handled: Job[] = [];
const failed: [Job, string][] = [];
const succeeded: [number | null, boolean][] = [];
/** Requests whose next failure ends their job. */
const over = new Set<number>();
/** Requests whose handler fails so many times. */
const failures = new Map<number, number>();

beforeAll(async () => {
  store = await openQueueStore();
  const note = async (job: Job): Promise<void> => {
    const id = requestIdOf(job);
    const left = id === null ? 0 : (failures.get(id) ?? 0);
    handled.push(job);
    if (left > 0 && id !== null) {
      failures.set(id, left - 1);
      throw new Error(`fails ${left} more times`);
    }
  };
  const handlers = allHandledBy(note);
  const verdicts: JobOptions["failures"] = {
    failed: async (job, error) => {
      failed.push([job, messageOf(error)]);
      return over.delete(requestIdOf(job) ?? 0) ? "over" : "again";
    },
    succeeded: async (job, isRetry) => void succeeded.push([requestIdOf(job), isRetry]),
  };
  const watch = { onWatched: () => {}, onWatchFailed: () => {} };
  workers = startJobWorkers({ jobs: store.boss, handlers, failures: verdicts, ...watch });
});
afterAll(async () => {
  await workers[Symbol.asyncDispose]();
});

function enqueue(job: Job, startAfter?: Date): Promise<void> {
  return store.uow.run((tx) => tx.jobs.enqueue(job, startAfter ? { startAfter } : {}));
}

function timesHandled(kind: Job["kind"], requestId: number): number {
  return handled.filter((job) => job.kind === kind && requestIdOf(job) === requestId).length;
}

describe("a job", () => {
  test.each<Job>([
    { kind: "decide", click: CLICK },
    { kind: "execute", requestId: 1 },
    { kind: "settle", requestId: 2 },
    { kind: "ratification_due", requestId: 2 },
    { kind: "sound_alarm", requestId: 2, topic: "begun" },
    { kind: "execute_bulk", requestId: 6 },
    { kind: "control_bulk", click: CLICK, control: "pause" },
    { kind: "send_list", click: CLICK },
    { kind: "read_bulk", draftId: "b7" },
    { kind: "deliver_dry_run", draftId: "b8" },
    { kind: "deliver_outcomes", requestId: 9, topic: "done:failed" },
    { kind: "show_progress", requestId: 10 },
    { kind: "show_card", requestId: 3 },
    { kind: "announce", requestId: 4, topic: "done:verified" },
    { kind: "expire", requestId: 5 },
    { kind: "remind", requestId: 6, step: "escalation" },
    { kind: "post_digest", digestId: 7 },
    { kind: "tell", slackUserId: "U0MAYA", place: PLACE, words: WORDS },
    { kind: "prune" },
    { kind: "publish_audit" },
    { kind: "announce_freeze", notice: "read_only" },
  ])("wakes its handler once, with what it carries: $kind", async (job) => {
    await enqueue(job);
    await expect.poll(() => handled, SOON).toContainEqual(job);
    await expect.poll(() => store.waiting(), SOON).toEqual([]);
    expect(handled.filter(({ kind }) => kind === job.kind)).toHaveLength(1);
  });

  test("of a transaction that was rolled back never runs", async () => {
    const rolledBack = store.uow.run(async (tx) => {
      await tx.jobs.enqueue({ kind: "execute", requestId: 100 });
      throw new Error("rolled back");
    });
    await expect(rolledBack).rejects.toThrow("rolled back");
    await enqueue({ kind: "execute", requestId: 101 });
    await expect.poll(() => timesHandled("execute", 101), SOON).toBe(1);
    expect(timesHandled("execute", 100)).toBe(0);
    const { rows } = await store.database.lockPool.query(
      "select 1 from pgboss.job where data->>'requestId' = '100'",
    );
    expect(rows).toEqual([]);
  });

  test("does not run before its transaction has committed", async () => {
    const commit = Promise.withResolvers<void>();
    const transaction = store.uow.run(async (tx) => {
      await tx.jobs.enqueue({ kind: "execute", requestId: 110 });
      await commit.promise;
    });
    await enqueue({ kind: "execute", requestId: 111 });
    await expect.poll(() => timesHandled("execute", 111), SOON).toBe(1);
    expect(timesHandled("execute", 110)).toBe(0);
    commit.resolve();
    await transaction;
    await expect.poll(() => timesHandled("execute", 110), SOON).toBe(1);
  });

  test("whose handler throws runs again until it doesn't, and each failure is told", async () => {
    failures.set(120, 2);
    await enqueue({ kind: "show_card", requestId: 120 });
    await expect.poll(() => timesHandled("show_card", 120), SOON).toBe(2);
    // The next pause is longer, and needn't be waited for.
    const shortened = async () => {
      const { rowCount } = await store.database.lockPool.query(
        "update pgboss.job set start_after = now() where state = 'retry' and data->>'requestId' = '120'",
      );
      return rowCount;
    };
    await expect.poll(shortened, SOON).toBe(1);
    await expect.poll(() => timesHandled("show_card", 120), SOON).toBe(3);
    const job = { kind: "show_card", requestId: 120 };
    expect(failed).toEqual([
      [job, "fails 2 more times"],
      [job, "fails 1 more times"],
    ]);
    await expect.poll(() => store.waiting(), SOON).toEqual([]);
    expect(succeeded.filter(([id]) => id === 120)).toEqual([[120, true]]);
  });

  test("that failed for the last time is over, and does not run again", async () => {
    failures.set(125, 100);
    over.add(125);
    await enqueue({ kind: "show_card", requestId: 125 });
    const states = async () => {
      const { rows } = await store.database.lockPool.query(
        "select state, retry_count from pgboss.job where data->>'requestId' = '125'",
      );
      return rows;
    };
    await expect.poll(states, SOON).toEqual([{ state: "completed", retry_count: 0 }]);
    expect(timesHandled("show_card", 125)).toBe(1);
    expect(succeeded.filter(([id]) => id === 125)).toEqual([]);
  });

  test("that fails does not hold up the others", async () => {
    failures.set(130, 100);
    await enqueue({ kind: "expire", requestId: 130 });
    await enqueue({ kind: "expire", requestId: 131 });
    await expect.poll(() => timesHandled("expire", 131), SOON).toBe(1);
    failures.delete(130);
  });

  test("for later does not run now, and runs when its time has come", async () => {
    await enqueue({ kind: "settle", requestId: 140 }, new Date("2099-01-01"));
    await enqueue({ kind: "settle", requestId: 141 }, new Date(Date.now() - 1));
    await expect.poll(() => timesHandled("settle", 141), SOON).toBe(1);
    expect(timesHandled("settle", 140)).toBe(0);
    await store.database.lockPool.query(
      "update pgboss.job set start_after = now() where data->>'requestId' = '140'",
    );
    await expect.poll(() => timesHandled("settle", 140), SOON).toBe(1);
  });
});

test("a job that is left by itself is in the queue, and wakes whoever works here, then and not before", async () => {
  const { connectionString, database } = store;
  const boss = createDurableQueue({ connectionString, generation: createServerGeneration(), log: () => {} });
  await boss.start();
  const heard: unknown[] = [];
  const job: Job = { kind: "settle", requestId: 160 };
  const options = { startAfter: new Date("2099-01-01") };
  boss.onWake((left) => void heard.push(...left));
  const left = boss.enqueue(database.db, job, options);
  expect(heard).toEqual([]);
  await left;
  expect(heard).toEqual([{ job, ...options }]);
  expect(await store.waiting()).toContainEqual(job);
  await boss.stop(1_000);
});

test("nobody is told of jobs through the database, in one that was made when they were, either", async () => {
  const { lockPool } = store.database;
  await lockPool.query("update pgboss.queue set notify = true");
  const again = createDurableQueue({
    connectionString: store.connectionString,
    generation: createServerGeneration(),
    log: () => {},
  });
  await again.start();
  const { rows } = await lockPool.query("select name from pgboss.queue where notify");
  await again.stop(1_000);
  expect(rows).toEqual([]);
});

test("a queue that is opened again, or by two replicas at once, keeps its jobs", async () => {
  const { connectionString } = store;
  await enqueue({ kind: "settle", requestId: 150 }, new Date("2099-01-01"));
  const others = [1, 2].map(() =>
    createDurableQueue({ connectionString, generation: createServerGeneration(), log: () => {} }),
  );
  await Promise.all(others.map((boss) => boss.start()));
  expect(await store.waiting()).toContainEqual({ kind: "settle", requestId: 150 });
  await Promise.all(others.map((boss) => boss.stop(1_000)));
});

test("a job of any kind is tried for four weeks of an outage, at most a minute apart", async () => {
  const { rows } = await store.database.lockPool.query(
    `select name from pgboss.queue
     where retry_delay_max between 1 and 60 and retry_limit * retry_delay_max >= 28 * 24 * 3600`,
  );
  expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining([...JOB_KINDS]));
});

test("stopping lets the jobs in hand end", async () => {
  const stopping = await openQueueStore();
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  let ended = false;
  await using _ = startJobWorkers({
    jobs: stopping.boss,
    handlers: {
      ...allHandledBy(async () => {}),
      execute: async () => {
        begun.resolve();
        await end.promise;
        ended = true;
      },
    },
    failures: { failed: async () => "again", succeeded: async () => {} },
    onWatched: () => {},
    onWatchFailed: () => {},
  });
  await stopping.uow.run((tx) => tx.jobs.enqueue({ kind: "execute", requestId: 1 }));
  await begun.promise;
  const stopped = stopping.boss.stop(10_000);
  end.resolve();
  await stopped;
  expect(ended).toBe(true);
  const { rows } = await stopping.database.lockPool.query(
    "select state from pgboss.job where name = 'execute'",
  );
  expect(rows).toEqual([{ state: "completed" }]);
  await stopping[Symbol.asyncDispose]();
});
