import type { PgBoss } from "pg-boss";
import type { Job } from "../change-requests/index.ts";

/** Workers are woken when there is something to do; that they also ask by themselves is a safeguard. */
const OPTIONS = { pollingIntervalSeconds: 60, notifyPollingIntervalSeconds: 60 };

/** The workers of one kind of job. */
export interface Crew {
  /** Lets them ask for a job at once. */
  wake(): void;
}

/**
 * Works on one kind of job, on at most `most` of it at once. As long as fewer are worked on, one worker is idle: it
 * is hired when the last idle one begins, and dismissed when another is idle again. The queue wakes and lets ask every
 * worker there is, so that idle ones would cost the database more than the jobs do.
 */
export async function startCrew(
  boss: PgBoss,
  kind: Job["kind"],
  most: number,
  work: (job: Job) => Promise<void>,
): Promise<Crew> {
  const ids = new Set<string>();
  let hired = 0;
  let idle = 0;
  await hire();
  return {
    wake() {
      for (const id of ids) boss.notifyWorker(id);
    },
  };

  async function hire(): Promise<void> {
    hired += 1;
    idle += 1;
    // The worker has to ask the database for its first job, and is known by then.
    const id: string = await boss.work<Job>(kind, OPTIONS, async ([entry]) => {
      if (!entry) return;
      idle -= 1;
      // Where there was one job there may be another. A queue that is being stopped takes nobody on any more.
      if (idle === 0 && hired < most) void hire().catch(leave);
      try {
        await work(entry.data);
      } finally {
        idle += 1;
        if (idle > 1) dismiss(id);
        // Nobody needs to wait until it would ask by itself.
        else boss.notifyWorker(id);
      }
    });
    ids.add(id);
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
