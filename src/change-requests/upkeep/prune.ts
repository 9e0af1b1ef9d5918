import type { Clock } from "../../kernel/clock.ts";
import { withNewCorrelation } from "../../kernel/correlation.ts";
import type { UnitOfWork } from "../ports/storage.ts";

/** Deletes old rows once a day. */
export interface Pruning {
  /** Plans the next time if none is planned; called at each start. */
  planPruning(): Promise<void>;
  /** Prunes, and plans the next time. Does nothing if it ran a short time ago. */
  prune(): Promise<void>;
}

const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;
/** Longer than the queue retries the job of a click. */
const CLICKS_KEPT_MS = 100 * DAY_MS;
/** Longer than the queue keeps a job, because a late job may still look for the posts of a request. */
const POSTS_KEPT_MS = 100 * DAY_MS;

export function createPruning({ uow, clock }: { uow: UnitOfWork; clock: Clock }): Pruning {
  return {
    planPruning: () =>
      uow.run(async (tx) => {
        const nextAt = await tx.upkeep.lockNextPruning();
        const now = clock.now();
        // If it is overdue by less than an hour, its job may only be late.
        if (nextAt && nextAt.getTime() > now.getTime() - HOUR_MS) return;
        await tx.upkeep.planPruning(now);
        await tx.jobs.enqueue({ kind: "prune" });
      }),

    // Each run gets a new correlation id, although the previous run enqueued its job.
    prune: () =>
      withNewCorrelation(() =>
        uow.run(async (tx) => {
          const nextAt = await tx.upkeep.lockNextPruning();
          const now = clock.now().getTime();
          // It ran already. Clocks of replicas may differ by up to an hour.
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
