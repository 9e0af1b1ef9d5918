import {
  JOB_KINDS,
  JOBS,
  type Job,
  type JobFailures,
  type JobHandlers,
  runJob,
} from "../change-requests/index.ts";
import { steadyClock, systemClock } from "../kernel/clock.ts";
import { withCorrelation, withNewCorrelation } from "../kernel/correlation.ts";
import { watchDueJobs } from "./due-jobs.ts";
import { type DurableQueue, fromStored, type StoredJob } from "./job-queue.ts";
import { createPriorityGate } from "./priority-gate.ts";
import { retryInOutage } from "./retry-in-outage.ts";
import { createWorkerPool, type WorkerPool } from "./worker-pool.ts";

/**
 * Starts the workers of all kinds of job. If a handler throws, `failures` decides whether the job is retried. Dispose of
 * it before the queue is stopped.
 */
export function startJobWorkers(options: {
  jobs: Pick<DurableQueue, "boss" | "onWake">;
  handlers: JobHandlers;
  failures: Pick<JobFailures, "failed" | "succeeded">;
  /** Called once a second, after each search for due jobs. */
  onWatched: () => void;
  onWatchFailed: (error: Error) => void;
}): AsyncDisposable {
  const { jobs, handlers, failures, onWatched, onWatchFailed } = options;
  const { boss } = jobs;
  const gate = createPriorityGate({ clock: systemClock });
  const workCorrelated = (stored: StoredJob, isRetry: boolean) => {
    const { job, correlationId } = fromStored(stored);
    return correlationId === null
      ? withNewCorrelation(() => work(job, isRetry))
      : withCorrelation(correlationId, () => work(job, isRetry));
  };
  const work = async (job: Job, isRetry: boolean) => {
    try {
      await gate.run(job.kind, () => retryInOutage(() => runJob(job, handlers), { clock: steadyClock }));
    } catch (error) {
      // The queue does not retry a job that ends without an error.
      if ((await failures.failed(job, error, isRetry)) === "over") return;
      throw error;
    }
    await failures.succeeded(job, isRetry);
  };
  const pools = new Map<Job["kind"], WorkerPool>();
  for (const kind of JOB_KINDS) {
    pools.set(
      kind,
      createWorkerPool({ boss, kind, most: JOBS[kind].atOnce, work: workCorrelated, clock: systemClock }),
    );
  }
  const wake = async (kind: Job["kind"]) => {
    await gate.waitForTurn(kind);
    pools.get(kind)?.wake();
  };
  jobs.onWake((enqueued) => {
    const kinds = enqueued.filter(({ startAfter }) => !startAfter).map(({ job }) => job.kind);
    // All kinds first, because a notification waits for an urgent job of the same transaction.
    for (const kind of kinds) gate.onEnqueued(kind);
    for (const kind of new Set(kinds)) void wake(kind);
  });
  // Always the system's clock: with a test clock, whose pauses take no time, the watch would query without a pause.
  return watchDueJobs({
    boss,
    clock: systemClock,
    onDue: (kind) => void wake(kind),
    onWatched,
    onWatchFailed,
  });
}
