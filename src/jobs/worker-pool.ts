import type { PgBoss } from "pg-boss";
import type { Job } from "../change-requests/index.ts";
import { type Clock, OVER } from "../kernel/clock.ts";
import { withoutCorrelation } from "../kernel/correlation.ts";
import type { StoredJob } from "./job-queue.ts";

/** The pool wakes its workers when a job is due. Their own polling is a safeguard. */
const POLLING = { pollingIntervalSeconds: 60 };

/** How long a job may take, in milliseconds, before a further worker asks for another job. */
const LONG_JOB_MS = 20;

/** The workers of one kind of job. */
export interface WorkerPool {
  /** Lets a worker ask the database for a job at once. */
  wake(): void;
}

/**
 * Makes the pool for one kind of job, with at most `most` workers. `wake()` starts a worker if none is idle. A worker that
 * is idle beside another one stops: each worker polls the database, and idle polling cost more than the jobs.
 */
export function createWorkerPool(options: {
  boss: PgBoss;
  kind: Job["kind"];
  most: number;
  /** `isRetry`: the queue has tried this job before. */
  work: (stored: StoredJob, isRetry: boolean) => Promise<void>;
  clock: Clock;
}): WorkerPool {
  const { boss, kind, most, work, clock } = options;
  const ids = new Set<string>();
  let running = 0;
  let idle = 0;
  return {
    wake() {
      for (const id of ids) boss.notifyWorker(id);
      startIfNoneIdle();
    },
  };

  async function startWorker(): Promise<void> {
    running += 1;
    idle += 1;
    // The worker asks the database at once. `id` is set before its first job.
    const id: string = await boss.work<StoredJob>(kind, POLLING, async ([entry]) => {
      if (!entry) return;
      idle -= 1;
      const done = new AbortController();
      // Another job may be due as well. Most jobs end before a further worker could ask.
      clock.sleep(LONG_JOB_MS, done.signal).then(startIfNoneIdle, () => undefined);
      try {
        await work(entry.data, entry.retryCount > 0);
      } finally {
        done.abort(OVER);
        idle += 1;
        if (idle > 1) stopWorker(id);
        // The worker asks for the next job now instead of at its next poll.
        else boss.notifyWorker(id);
      }
    });
    ids.add(id);
  }

  function startIfNoneIdle(): void {
    // A queue that is being stopped starts no worker: `work` rejects then.
    // A worker outlives the work that happened to wake it.
    if (idle === 0 && running < most) withoutCorrelation(startWorker).catch(countStopped);
  }

  function stopWorker(id: string): void {
    countStopped();
    ids.delete(id);
    // The worker ends after its current job, which calls this function: waiting for it would never end.
    void boss.offWork(kind, { id, wait: false });
  }

  function countStopped(): void {
    running -= 1;
    idle -= 1;
  }
}
