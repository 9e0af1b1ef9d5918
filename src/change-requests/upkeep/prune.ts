import type { Clock } from "../../kernel/clock.ts";
import { withNewCorrelation } from "../../kernel/correlation.ts";
import type { UnitOfWork } from "../ports/storage.ts";

/** Clears away, once a day, what nobody needs any more. */
export interface Pruning {
  /** Sees to it that there is a next time; called at each start. */
  planPruning(): Promise<void>;
  /** Prunes, and plans the next time; run again before that it does nothing. */
  prune(): Promise<void>;
}

const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;
/** A job that carries a click is tried for less than this. */
const CLICKS_KEPT_MS = 100 * DAY_MS;
/** What was posted about a request may have to be found that long after its end; a job is kept for less than this. */
const POSTS_KEPT_MS = 100 * DAY_MS;

export function createPruning({ uow, clock }: { uow: UnitOfWork; clock: Clock }): Pruning {
  return {
    planPruning: () =>
      uow.run(async (tx) => {
        const nextAt = await tx.upkeep.lockNextPruning();
        const now = clock.now();
        // One that is overdue has its job still, which may only be late.
        if (nextAt && nextAt.getTime() > now.getTime() - HOUR_MS) return;
        await tx.upkeep.planPruning(now);
        await tx.jobs.enqueue({ kind: "prune" });
      }),

    // Each time is work of its own, though the time before it enqueued its job.
    prune: () =>
      withNewCorrelation(() =>
        uow.run(async (tx) => {
          const nextAt = await tx.upkeep.lockNextPruning();
          const now = clock.now().getTime();
          // It was done already; the hour is for clocks that differ.
          if (nextAt && nextAt.getTime() > now + HOUR_MS) return;
          const before = (ms: number) => new Date(now - ms);
          await tx.upkeep.prune({
            draftsExpiredBefore: before(DAY_MS),
            clicksBefore: before(CLICKS_KEPT_MS),
            postsBefore: before(POSTS_KEPT_MS),
          });
          const startAfter = new Date(now + DAY_MS);
          await tx.upkeep.planPruning(startAfter);
          await tx.jobs.enqueue({ kind: "prune" }, { startAfter });
        }),
      ),
  };
}
