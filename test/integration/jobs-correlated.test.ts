import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createPruning, type Job, jobKey } from "../../src/change-requests/index.ts";
import { startJobWorkers } from "../../src/jobs/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { correlationId, withCorrelation, withoutCorrelation } from "../../src/kernel/correlation.ts";
import { allHandledBy } from "../support/job-handlers.ts";
import { useQueueStore } from "../support/use-store.ts";

const ID = "5d1f0c9e-8f0b-4c55-9a53-2d0f4f3c6a11";
const OTHER_ID = "5d1f0c9e-8f0b-4c55-9a53-2d0f4f3c6a12";
const UUID = /^[\da-f-]{36}$/;
const JOB: Job = { kind: "expire", requestId: 7 };
const SOON = { timeout: 15_000, interval: 20 };

const store = useQueueStore();
let workers: AsyncDisposable;
/** Every job that was handled, with the id under which it ran. */
const handled: { readonly job: Job; readonly id: string | null }[] = [];
/** The jobs whose failure was recorded, with the id under which they ran. */
const failed: { readonly job: Job; readonly id: string | null }[] = [];
let shouldFail = false;

beforeAll(async () => {
  const handlers = allHandledBy(async (job) => {
    handled.push({ job, id: correlationId() });
    if (shouldFail) throw new Error("a bug");
    if (job.kind === "execute") await store.uow.run((tx) => tx.jobs.enqueue({ ...job, kind: "show_card" }));
  });
  // The first job wakes the first worker. The worker must not use the id of this job for later jobs.
  workers = startJobWorkers({
    jobs: store.boss,
    handlers,
    failures: {
      async failed(job) {
        failed.push({ job, id: correlationId() });
        return "over";
      },
      async succeeded() {},
    },
    ...{ onWatched: () => {}, onWatchFailed: () => {} },
  });
});
beforeEach(() => {
  handled.length = 0;
  failed.length = 0;
  shouldFail = false;
});
afterAll(() => workers[Symbol.asyncDispose]());

const enqueue = (job: Job, options: { startAfter?: Date } = {}) =>
  store.uow.run((tx) => tx.jobs.enqueue(job, options));
const inAnHour = () => new Date(Date.now() + 3_600_000);

async function storedIds(): Promise<(string | null)[]> {
  const { rows } = await store.database.lockPool.query(
    "select data->>'correlationId' as id from pgboss.job order by created_on, id",
  );
  return rows.map(({ id }) => id);
}

test("a job runs under the id of the work that enqueued it, and so do the jobs that it enqueues", async () => {
  const job: Job = { kind: "execute", requestId: 1 };
  await withCorrelation(ID, () => enqueue(job));
  await withCorrelation(OTHER_ID, () => enqueue({ ...job, requestId: 2 }));
  await expect.poll(() => handled.length, SOON).toBe(4);
  const expected = [
    { job, id: ID },
    { job: { kind: "show_card", requestId: 1 }, id: ID },
    { job: { ...job, requestId: 2 }, id: OTHER_ID },
    { job: { kind: "show_card", requestId: 2 }, id: OTHER_ID },
  ];
  expect(handled).toHaveLength(expected.length);
  expect(handled).toEqual(expect.arrayContaining(expected));
});

test("a job that is enqueued without a transaction carries the id as well", async () => {
  await withCorrelation(ID, () => store.boss.enqueue(store.database.db, JOB));
  await expect.poll(() => handled, SOON).toEqual([{ job: JOB, id: ID }]);
});

test("a job that work without an id enqueues gets one of its own", async () => {
  await withoutCorrelation(() => enqueue(JOB));
  await expect.poll(() => handled, SOON).toEqual([{ job: JOB, id: expect.stringMatching(UUID) }]);
  expect(await storedIds()).toEqual([handled[0]?.id]);
});

test.each([
  ["has no id, as in earlier versions", {}],
  ["has an id of another form", { correlationId: "x\r\nAuthorization: none" }],
  ["has an id of another type", { correlationId: { a: 1 } }],
])("a stored job runs under a new id if it %s", async (_what, stored) => {
  await store.boss.boss.send(JOB.kind, { ...JOB, ...stored });
  await expect.poll(() => handled, SOON).toEqual([{ job: JOB, id: expect.stringMatching(UUID) }]);
});

test("the failure of a job is recorded under its id, and by the key that it has without the id", async () => {
  shouldFail = true;
  await withCorrelation(ID, () => enqueue(JOB));
  await expect.poll(() => failed, SOON).toEqual([{ job: JOB, id: ID }]);
  expect(failed.map(({ job }) => jobKey(job))).toEqual([jobKey(JOB)]);
});

test("a job that waits is found by work with another id, also one that an earlier version stored", async () => {
  const isWaiting = () => withCorrelation(OTHER_ID, () => store.uow.run((tx) => tx.jobs.isWaiting(JOB)));
  await withCorrelation(ID, () => enqueue(JOB, { startAfter: inAnHour() }));
  expect(await isWaiting()).toBe(true);
  await store.database.lockPool.query("update pgboss.job set data = data - 'correlationId'");
  expect(await isWaiting()).toBe(true);
});

test("each pruning has an id of its own", async () => {
  const { prune } = createPruning({ uow: store.uow, clock: systemClock });
  await store.database.lockPool.query("update upkeep set next_prune_at = null");
  await withCorrelation(ID, prune);
  expect(await storedIds()).toEqual([expect.stringMatching(UUID)]);
  expect(await storedIds()).not.toEqual([ID]);
});
