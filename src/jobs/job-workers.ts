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
 * Begins to work on the queue; what is due is looked for until this is disposed of, which comes before the queue is
 * stopped. If a handler throws, `failures` decides whether it is called again later.
 */
export function startJobWorkers(options: {
  jobs: Pick<DurableQueue, "boss" | "onWake">;
  handlers: JobHandlers;
  failures: Pick<JobFailures, "failed" | "succeeded">;
  /** Called once a second, each time that due jobs were looked for. */
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
      // A job that ends without an error is over for the queue.
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
    // All of them first: a notification waits for an urgent job of the same transaction.
    for (const kind of kinds) gate.onEnqueued(kind);
    for (const kind of new Set(kinds)) void wake(kind);
  });
  // What is due, the database says by its own time; a clock whose pauses take no time would ask without end.
  return watchDueJobs({
    boss,
    clock: systemClock,
    onDue: (kind) => void wake(kind),
    onWatched,
    onWatchFailed,
  });
}
