import type { PgBoss } from "pg-boss";
import type { Job } from "../change-requests/index.ts";
import { type Clock, OVER } from "../kernel/clock.ts";

/** Workers are woken when there is something to do; that they also ask by themselves is a safeguard. */
const OPTIONS = { pollingIntervalSeconds: 60 };

/** How long a job takes, in milliseconds, before somebody else looks whether there is another. */
const ALONE_MS = 20;

/** The workers of one kind of job. */
export interface Crew {
  /** Lets somebody ask for a job at once. */
  wake(): void;
}

/**
 * Works on one kind of job once it is woken, on at most `most` of it at once. When nobody is idle somebody is hired if
 * there is something to do, or may be; whoever is idle beside another is dismissed. Every worker asks the database by
 * itself, so that idle ones would cost it more than the jobs do.
 */
export function createCrew(options: {
  boss: PgBoss;
  kind: Job["kind"];
  most: number;
  /** `isRetry`: the queue has tried this job before. */
  work: (job: Job, isRetry: boolean) => Promise<void>;
  clock: Clock;
}): Crew {
  const { boss, kind, most, work, clock } = options;
  const ids = new Set<string>();
  let hired = 0;
  let idle = 0;
  return {
    wake() {
      for (const id of ids) boss.notifyWorker(id);
      hireIfNobodyIdle();
    },
  };

  async function hire(): Promise<void> {
    hired += 1;
    idle += 1;
    // The worker asks the database at once, and is known by the time of its first job.
    const id: string = await boss.work<Job>(kind, OPTIONS, async ([entry]) => {
      if (!entry) return;
      idle -= 1;
      const done = new AbortController();
      // Where there was one job there may be another; most are done before anybody else could have asked.
      clock.sleep(ALONE_MS, done.signal).then(hireIfNobodyIdle, () => undefined);
      try {
        await work(entry.data, entry.retryCount > 0);
      } finally {
        done.abort(OVER);
        idle += 1;
        if (idle > 1) dismiss(id);
        // Nobody needs to wait until it would ask by itself.
        else boss.notifyWorker(id);
      }
    });
    ids.add(id);
  }

  function hireIfNobodyIdle(): void {
    // A queue that is being stopped takes nobody on any more.
    if (idle === 0 && hired < most) hire().catch(leave);
  }

  function dismiss(id: string): void {
    leave();
    ids.delete(id);
    // It ends after the job that it is on, which nobody here may wait for.
    void boss.offWork(kind, { id, wait: false });
  }

  function leave(): void {
    hired -= 1;
    idle -= 1;
  }
}
