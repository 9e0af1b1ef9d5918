import type { PgBoss } from "pg-boss";
import type { Job } from "../change-requests/index.ts";
import { type Clock, OVER } from "../kernel/clock.ts";
import { withoutCorrelation } from "../kernel/correlation.ts";
import type { StoredJob } from "./job-queue.ts";

/** The pool wakes its workers when a job is due. Their own polling is only a safeguard. */
const POLLING = { pollingIntervalSeconds: 60 };

/** How long a job may run before the pool starts another worker, in milliseconds. */
const LONG_JOB_MS = 20;

/** The workers of one kind of job. */
export interface WorkerPool {
  /** Makes a worker ask the database for a job at once. */
  wake(): void;
}

/**
 * Creates the pool for one kind of job, with at most `most` workers. `wake()` starts a worker if none is idle. If two are
 * idle, one stops: each worker polls the database, and idle polling cost more than the jobs.
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
    // The worker asks the database at once, but `id` is set before its first job.
    const id: string = await boss.work<StoredJob>(kind, POLLING, async ([entry]) => {
      if (!entry) return;
      idle -= 1;
      const done = new AbortController();
      // Another job may be due too. Most jobs end before a further worker could ask for one.
      clock.sleep(LONG_JOB_MS, done.signal).then(startIfNoneIdle, () => undefined);
      try {
        await work(entry.data, entry.retryCount > 0);
      } finally {
        done.abort(OVER);
        idle += 1;
        if (idle > 1) stopWorker(id);
        // Makes the worker ask for the next job now, not at its next poll.
        else boss.notifyWorker(id);
      }
    });
    ids.add(id);
  }

  function startIfNoneIdle(): void {
    // `work` rejects while the queue stops. The worker outlives the work that woke it, so it has no correlation id.
    if (idle === 0 && running < most) withoutCorrelation(startWorker).catch(countStopped);
  }

  function stopWorker(id: string): void {
    countStopped();
    ids.delete(id);
    // The worker's current job calls this function, and the worker ends after that job. Waiting for it would deadlock.
    void boss.offWork(kind, { id, wait: false });
  }

  function countStopped(): void {
    running -= 1;
    idle -= 1;
  }
}
