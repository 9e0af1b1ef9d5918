import {
  type EnqueuedJob,
  isShowing,
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

/** How much later than other jobs of its transaction a job starts that only tells of a change, in milliseconds. */
const NOTICE_DELAY_MS = 50;

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
  const idle = new Map<Job["kind"], Set<string>>(JOB_KINDS.map((kind) => [kind, new Set()]));
  const startWorker = async (kind: Job["kind"]) => {
    const id: string = await boss.work<StoredJob>(kind, POLLING, async ([entry]) => {
      if (!entry) return;
      idle.get(kind)?.delete(id);
      try {
        await workCorrelated(entry.data, entry.retryCount > 0);
      } finally {
        idle.get(kind)?.add(id);
        // The worker asks for the next job now instead of at its next poll.
        boss.notifyWorker(id);
      }
    });
    idle.get(kind)?.add(id);
  };
  /** Wakes one idle worker for each job, because each woken worker asks the database. */
  const wake = (kind: Job["kind"], jobs: number) => {
    const ids = idle.get(kind);
    for (const id of [...(ids ?? [])].slice(0, jobs)) {
      boss.notifyWorker(id);
      // Workers take turns: a worker that was woken may not have its job yet.
      ids?.delete(id);
      ids?.add(id);
    }
  };
  const wakeAll = (enqueued: readonly EnqueuedJob[]) => {
    for (const [kind, { length }] of Map.groupBy(enqueued, ({ job }) => job.kind)) wake(kind, length);
  };
  const delayed: EnqueuedJob[] = [];
  const delay = (notices: readonly EnqueuedJob[]) => {
    if (delayed.length === 0) setTimeout(() => wakeAll(delayed.splice(0)), NOTICE_DELAY_MS).unref();
    delayed.push(...notices);
  };
  // Workers live longer than the work that starts them, so they don't inherit its correlation id.
  withoutCorrelation(() => {
    for (const kind of JOB_KINDS)
      for (let count = 0; count < JOBS[kind].atOnce; count += 1) startWorker(kind).catch(onWatchFailed);
  });
  jobs.onWake((enqueued) => {
    const due = enqueued.filter(({ startAfter }) => !startAfter);
    const isNotice = ({ job: { kind } }: EnqueuedJob) => isShowing(kind) || kind === "publish_audit";
    const [notices, others] = [due.filter(isNotice), due.filter((each) => !isNotice(each))];
    wakeAll(others);
    // A later notice must not overtake a delayed one.
    if (others.length > 0 || delayed.length > 0) delay(notices);
    else wakeAll(notices);
  });
  // Always the system's clock: with a test clock, whose pauses take no time, the watch would query without a pause.
  return watchDueJobs({
    boss,
    clock: systemClock,
    onDue: (kind) => wake(kind, JOBS[kind].atOnce),
    onWatched,
    onWatchFailed,
  });
}
