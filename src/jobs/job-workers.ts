import {
  JOB_KINDS,
  JOBS,
  type Job,
  type JobFailures,
  type JobHandlers,
  runJob,
} from "../change-requests/index.ts";
import { steadyClock, systemClock } from "../kernel/clock.ts";
import { withCorrelation, withNewCorrelation, withoutCorrelation } from "../kernel/correlation.ts";
import { watchDueJobs } from "./due-jobs.ts";
import { type DurableQueue, fromStored, type StoredJob } from "./job-queue.ts";
import { retryInOutage } from "./retry-in-outage.ts";

/** Workers are woken when a job is due. Their own polling is a safeguard. */
const POLLING = { pollingIntervalSeconds: 60 };

/**
 * Starts the workers of all kinds of job. If a handler throws, `failures` decides whether the job is retried. Dispose of
 * it before the queue is stopped.
 */
export function startJobWorkers(options: {
  jobs: Pick<DurableQueue, "boss" | "onWake">;
  handlers: JobHandlers;
  failures: Pick<JobFailures, "failed" | "succeeded">;
  /** Called four times a second, after each search for due jobs. */
  onWatched: () => void;
  onWatchFailed: (error: Error) => void;
}): AsyncDisposable {
  const { jobs, handlers, failures, onWatched, onWatchFailed } = options;
  const { boss } = jobs;
  const workCorrelated = (stored: StoredJob, isRetry: boolean) => {
    const { job, correlationId } = fromStored(stored);
    return correlationId === null
      ? withNewCorrelation(() => work(job, isRetry))
      : withCorrelation(correlationId, () => work(job, isRetry));
  };
  const work = async (job: Job, isRetry: boolean) => {
    try {
      await retryInOutage(() => runJob(job, handlers), { clock: steadyClock });
    } catch (error) {
      // The queue does not retry a job that ends without an error.
      if ((await failures.failed(job, error, isRetry)) === "over") return;
      throw error;
    }
    await failures.succeeded(job, isRetry);
  };
  const workers = new Map<Job["kind"], string[]>(JOB_KINDS.map((kind) => [kind, []]));
  const startWorker = async (kind: Job["kind"]) => {
    const id: string = await boss.work<StoredJob>(kind, POLLING, async ([entry]) => {
      if (!entry) return;
      try {
        await workCorrelated(entry.data, entry.retryCount > 0);
      } finally {
        // The worker asks for the next job now instead of at its next poll.
        boss.notifyWorker(id);
      }
    });
    workers.get(kind)?.push(id);
  };
  const wake = (kind: Job["kind"]) => {
    for (const id of workers.get(kind) ?? []) boss.notifyWorker(id);
  };
  // Workers live longer than the work that starts them, so they don't inherit its correlation id.
  withoutCorrelation(() => {
    for (const kind of JOB_KINDS)
      for (let count = 0; count < JOBS[kind].atOnce; count += 1) startWorker(kind).catch(onWatchFailed);
  });
  jobs.onWake((enqueued) => {
    const kinds = enqueued.filter(({ startAfter }) => !startAfter).map(({ job }) => job.kind);
    for (const kind of new Set(kinds)) wake(kind);
  });
  // Always the system's clock: with a test clock, whose pauses take no time, the watch would query without a pause.
  return watchDueJobs({
    boss,
    clock: systemClock,
    onDue: wake,
    onWatched,
    onWatchFailed,
  });
}
