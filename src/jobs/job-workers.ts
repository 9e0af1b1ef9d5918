import {
  JOB_KINDS,
  JOBS,
  type Job,
  type JobFailures,
  type JobHandlers,
  runJob,
} from "../change-requests/index.ts";
import { steadyClock, systemClock } from "../kernel/clock.ts";
import { watchDueJobs } from "./due-jobs.ts";
import { type Crew, createCrew } from "./job-crew.ts";
import type { JobBoss } from "./job-queue.ts";
import { createPrecedence } from "./precedence.ts";
import { retryInOutage } from "./retry-in-outage.ts";

/**
 * Begins to work on the queue; what is due is looked for until this is disposed of, which comes before the queue is
 * stopped. If a handler throws, `failures` decides whether it is called again later.
 */
export function startJobWorkers(options: {
  jobs: Pick<JobBoss, "boss" | "onWake">;
  handlers: JobHandlers;
  failures: Pick<JobFailures, "failed" | "succeeded">;
  /** Called once a second, each time that due jobs were looked for. */
  onWatched: () => void;
  onWatchFailed: (error: Error) => void;
}): AsyncDisposable {
  const { jobs, handlers, failures, onWatched, onWatchFailed } = options;
  const { boss } = jobs;
  const precedence = createPrecedence({ clock: systemClock });
  const work = async (job: Job, isRetry: boolean) => {
    try {
      await precedence.run(job.kind, () =>
        retryInOutage(() => runJob(job, handlers), { clock: steadyClock }),
      );
    } catch (error) {
      // A job that ends without an error is over for the queue.
      if ((await failures.failed(job, error, isRetry)) === "over") return;
      throw error;
    }
    await failures.succeeded(job, isRetry);
  };
  const crews = new Map<Job["kind"], Crew>();
  for (const kind of JOB_KINDS) {
    crews.set(kind, createCrew({ boss, kind, most: JOBS[kind].atOnce, work, clock: systemClock }));
  }
  const wake = async (kind: Job["kind"]) => {
    await precedence.turnOf(kind);
    crews.get(kind)?.wake();
  };
  jobs.onWake((left) => {
    const kinds = left.filter(({ startAfter }) => !startAfter).map(({ job }) => job.kind);
    // All of them first: what is told waits for a deed that was left with it.
    for (const kind of kinds) precedence.left(kind);
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
