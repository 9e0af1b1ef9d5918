import type { EnqueuedJob, Job } from "../../../src/change-requests/index.ts";

/** A job that waits, by the model's clock. */
export interface WaitingJob {
  readonly job: Job;
  startAfter: Date | null;
}

/** The queue of the model, in memory. It survives the crash of a process. */
export interface ModelQueue {
  /** Adds the jobs of a transaction. Call it only after the commit. */
  add(left: readonly EnqueuedJob[]): void;
  /** The jobs that are due at this time, oldest first. */
  due(now: Date): readonly WaitingJob[];
  /** When the first delayed job is due; `null` if there is none. */
  nextDue(): Date | null;
  remove(waiting: WaitingJob): void;
  clear(): void;
}

export function createModelQueue(): ModelQueue {
  const jobs: WaitingJob[] = [];
  return {
    add(left) {
      for (const { job, startAfter } of left) {
        // The model ignores the text of the message.
        if (job.kind === "publish_audit") continue;
        // The job as the database would return it.
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
