import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DecisionClick, JOB_KINDS, type Job, requestIdOf } from "../../src/change-requests/index.ts";
import { createDurableQueue, startJobWorkers } from "../../src/jobs/index.ts";
import { messageOf } from "../../src/kernel/errors.ts";
import { createServerGeneration } from "../../src/persistence/index.ts";
import { allHandledBy } from "../support/job-handlers.ts";
import { openQueueStore } from "../support/test-store.ts";
import { useOpened } from "../support/use-store.ts";

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
/** Waits for the effect of a worker, which looks for jobs four times a second. */
const SOON = { timeout: 15_000, interval: 20 };

type JobOptions = Parameters<typeof startJobWorkers>[0];

const store = useOpened(openQueueStore);
let workers: AsyncDisposable;
const handled: Job[] = [];
const failed: [Job, string][] = [];
const succeeded: [number | null, boolean][] = [];
/** Requests whose next failure ends their job. */
const over = new Set<number>();
/** How often the handler fails, by request. */
const failures = new Map<number, number>();

beforeAll(async () => {
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
afterAll(() => workers[Symbol.asyncDispose]());

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
    {
      ...({ kind: "export_users", exportId: "e", clickId: "c" } as const),
      ...{ slackUserId: "U0MAYA", place: PLACE },
      filter: { text: "nadia", active: true, blocked: null, org: null, role: null },
    },
    { kind: "delete_export", exportId: "e" },
  ])("wakes its handler once, with its data: $kind", async (job) => {
    await enqueue(job);
    await expect.poll(() => handled, SOON).toContainEqual(job);
    await expect.poll(() => store.waiting(), SOON).toEqual([]);
    expect(handled.filter(({ kind }) => kind === job.kind)).toHaveLength(1);
  });

  test("runs again until its handler succeeds, and each failure is told", async () => {
    failures.set(120, 2);
    await enqueue({ kind: "show_card", requestId: 120 });
    await expect.poll(() => timesHandled("show_card", 120), SOON).toBe(2);
    // The test does not wait for the next pause, which is longer.
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

  test("is over when it has failed for the last time, and does not run again", async () => {
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

  test("does not hold up others when it fails", async () => {
    failures.set(130, 100);
    await enqueue({ kind: "expire", requestId: 130 });
    await enqueue({ kind: "expire", requestId: 131 });
    await expect.poll(() => timesHandled("expire", 131), SOON).toBe(1);
    failures.delete(130);
  });

  test("runs when its time has come, and not before", async () => {
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

/** The queue of another replica. */
async function startQueue() {
  const { connectionString } = store;
  const boss = createDurableQueue({ connectionString, generation: createServerGeneration(), log: () => {} });
  await boss.start();
  return boss;
}

test("a job that is enqueued outside a transaction wakes the workers of its process once it is stored", async () => {
  const { database } = store;
  const boss = await startQueue();
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

test("the queue sends no notifications through the database, not even if an earlier version switched them on", async () => {
  const { lockPool } = store.database;
  await lockPool.query("update pgboss.queue set notify = true");
  const again = await startQueue();
  const { rows } = await lockPool.query("select name from pgboss.queue where notify");
  await again.stop(1_000);
  expect(rows).toEqual([]);
});

test("a queue that is opened again, or by two replicas at once, keeps its jobs", async () => {
  await enqueue({ kind: "settle", requestId: 150 }, new Date("2099-01-01"));
  const others = await Promise.all([startQueue(), startQueue()]);
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

test("a queue that stops lets the running jobs end", async () => {
  await using stopping = await openQueueStore();
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
});
