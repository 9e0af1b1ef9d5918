import type { PgBoss } from "pg-boss";
import { expect, it } from "vitest";
import { createWorkerPool } from "../../../src/jobs/worker-pool.ts";
import { correlationId, withCorrelation } from "../../../src/kernel/correlation.ts";

const JOB = { kind: "execute", requestId: 1 } as const;

/** A queue that gives a worker a job when the test says so, and the workers that ask it. */
function poolOf(most: number) {
  const workers = new Map<string, (jobs: { data: typeof JOB }[]) => Promise<void>>();
  const notified: string[] = [];
  const startedUnder: (string | null)[] = [];
  let isStopped = false;
  const boss = {
    work: async (_kind: string, _options: unknown, work: (jobs: { data: typeof JOB }[]) => Promise<void>) => {
      startedUnder.push(correlationId());
      if (isStopped) throw new Error("Workers are disabled. pg-boss is stopped");
      const id = `worker ${workers.size + notified.length + 1}`;
      workers.set(id, work);
      return id;
    },
    offWork: async (_kind: string, { id }: { id: string }) => void workers.delete(id),
    notifyWorker: (id: string) => void notified.push(id),
  } as unknown as PgBoss; // nothing else is asked
  const atWork: PromiseWithResolvers<void>[] = [];
  const pauses: { ms: number; end: () => void; isOver: boolean }[] = [];
  const { wake } = createWorkerPool({
    boss,
    kind: "execute",
    most,
    work() {
      const job = Promise.withResolvers<void>();
      atWork.push(job);
      return job.promise;
    },
    clock: {
      now: () => new Date(),
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          const pause = { ms, end: resolve, isOver: false };
          pauses.push(pause);
          signal?.addEventListener("abort", () => {
            pause.isOver = true;
            reject(signal.reason);
          });
        }),
    },
  });
  return {
    wake,
    workers,
    notified,
    startedUnder,
    atWork,
    pauses,
    /** Lets so much time pass that whoever works has worked for a while. */
    passTime: async () => {
      for (const { end } of pauses.splice(0)) end();
      await new Promise((resolve) => setImmediate(resolve));
    },
    stop: () => {
      isStopped = true;
    },
    goOn: () => {
      isStopped = false;
    },
    /** Gives a job to the worker that came last; resolves once it has begun, to when it has ended. */
    give: async () => {
      const last = [...workers.values()].at(-1);
      const begun = atWork.length;
      const done = last?.([{ data: JOB }]);
      await expect.poll(() => atWork.length).toBe(begun + 1);
      return { done };
    },
  };
}

it("has nobody until it is woken, then one idle worker until as many work as may, and one again when they are done", async () => {
  const pool = poolOf(3);
  expect(pool.workers.size).toBe(0);
  pool.wake();
  expect(pool.workers.size).toBe(1);
  const jobs = [await pool.give()];
  expect(pool.pauses).toMatchObject([{ ms: 20 }]);
  await pool.passTime();
  expect(pool.workers.size).toBe(2);
  jobs.push(await pool.give());
  await pool.passTime();
  expect(pool.workers.size).toBe(3);
  jobs.push(await pool.give());
  await pool.passTime();
  expect(pool.workers.size).toBe(3);
  for (const { resolve } of pool.atWork) resolve();
  await Promise.all(jobs.map(({ done }) => done));
  expect(pool.workers.size).toBe(1);
});

it("starts a worker without the correlation id of the work that woke it", () => {
  const pool = poolOf(1);
  withCorrelation("a click", pool.wake);
  expect(pool.startedUnder).toEqual([null]);
});

it("starts no further worker for a job that ends soon", async () => {
  const pool = poolOf(3);
  pool.wake();
  const { done } = await pool.give();
  pool.atWork[0]?.resolve();
  await done;
  expect(pool.pauses).toMatchObject([{ isOver: true }]);
  expect(pool.workers.size).toBe(1);
});

it("starts a further worker at once when it is woken while all work, up to the most", async () => {
  const pool = poolOf(2);
  const { wake } = pool;
  wake();
  wake();
  expect(pool.workers.size).toBe(1);
  const jobs = [await pool.give()];
  wake();
  await expect.poll(() => pool.workers.size).toBe(2);
  jobs.push(await pool.give());
  wake();
  await pool.passTime();
  expect(pool.workers.size).toBe(2);
  for (const { resolve } of pool.atWork) resolve();
  await Promise.all(jobs.map(({ done }) => done));
});

it("the only worker of a kind looks again at once when it is done: meanwhile nobody has", async () => {
  const pool = poolOf(1);
  pool.wake();
  const { done } = await pool.give();
  pool.atWork[0]?.resolve();
  await done;
  expect(pool.notified).toEqual([...pool.workers.keys()]);
});

it("each worker asks at once when the pool is woken, but none that was stopped", async () => {
  const pool = poolOf(2);
  const { wake } = pool;
  wake();
  const [first] = pool.workers.keys();
  const { done } = await pool.give();
  await pool.passTime();
  wake();
  expect(pool.notified).toEqual([...pool.workers.keys()]);
  pool.atWork[0]?.resolve();
  await done;
  pool.notified.length = 0;
  wake();
  expect(pool.notified).toEqual([...pool.workers.keys()]);
  expect(pool.notified).not.toContain(first);
});

it("a job that fails leaves its worker in the pool, and is failed", async () => {
  const pool = poolOf(2);
  pool.wake();
  const { done } = await pool.give();
  pool.atWork[0]?.reject(new Error("Slack is down"));
  await expect(done).rejects.toThrow("Slack is down");
  expect(pool.workers.size).toBe(1);
});

it("a job that begins while the queue is being stopped is done all the same", async () => {
  const pool = poolOf(2);
  pool.wake();
  pool.stop();
  const { done } = await pool.give();
  await pool.passTime();
  expect(pool.workers.size).toBe(1);
  pool.atWork[0]?.resolve();
  await expect(done).resolves.toBeUndefined();
});

it("a worker that could not be started counts for none, and another is started in its place", async () => {
  const { wake, workers, stop, goOn } = poolOf(1);
  stop();
  wake();
  await new Promise((resolve) => setImmediate(resolve));
  expect(workers.size).toBe(0);
  goOn();
  wake();
  await expect.poll(() => workers.size).toBe(1);
});
