import type { EnqueuedJob, Job } from "../../../src/change-requests/index.ts";

/** A job that waits, by the model's clock. */
export interface WaitingJob {
  readonly job: Job;
  startAfter: Date | null;
}

/** The queue of the model: in memory, and outlives every process. */
export interface ModelQueue {
  /** Takes in what a transaction has left; to be called once that is committed, and not at all if it isn't. */
  add(left: readonly EnqueuedJob[]): void;
  /** The jobs that are due at this time, oldest first. */
  due(now: Date): readonly WaitingJob[];
  /** When the first of those that wait for a time is due; `null` if there is none. */
  nextDue(): Date | null;
  remove(waiting: WaitingJob): void;
  clear(): void;
}

export function createModelQueue(): ModelQueue {
  const jobs: WaitingJob[] = [];
  return {
    add(left) {
      for (const { job, startAfter } of left) {
        // Its words are not of the model.
        if (job.kind === "publish_audit") continue;
        // As the database would give it back.
        jobs.push({ job: JSON.parse(JSON.stringify(job)) as Job, startAfter: startAfter ?? null });
      }
    },
    due: (now) => jobs.filter(({ startAfter }) => startAfter === null || startAfter <= now),
    nextDue() {
      const times = jobs.flatMap(({ startAfter }) => (startAfter ? [startAfter.getTime()] : []));
      return times.length > 0 ? new Date(Math.min(...times)) : null;
    },
    remove(waiting) {
      const index = jobs.indexOf(waiting);
      if (index >= 0) jobs.splice(index, 1);
    },
    clear: () => void jobs.splice(0),
  };
}
