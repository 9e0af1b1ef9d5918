import type { Clock } from "../../kernel/clock.ts";
import { grantsWarned } from "../lifecycle/request-audit-entries.ts";
import { type Grant, grantThatStays, warningTime } from "../model/grant.ts";
import type { UnitOfWork } from "../ports/storage.ts";
import { wakeTime } from "../ports/wake-time.ts";
import { lockGrants } from "./revocation-steps.ts";

export const WARNING_TOPIC = "grants_end_soon";
/**
 * Makes the job that announces, once, that a request's grants are about to end. If it runs too early, it enqueues
 * itself again. It ignores roles that have ended, or that another grant holds longer.
 */
export function createWarnOfEnd({ uow, clock }: { uow: UnitOfWork; clock: Clock }) {
  return async function warnOfEnd(requestId: number): Promise<void> {
    await uow.run(async (tx) => {
      const { mine, ofSubject } = await lockGrants(tx, requestId);
      const at = clock.now();
      const isHeldLonger = (grant: Grant) => {
        const other = grantThatStays(grant, ofSubject);
        return other !== null && other.endsAt > grant.endsAt;
      };
      const ending = mine.filter(
        (grant) => grant.state === "active" && !grant.warnedAt && !isHeldLonger(grant),
      );
      const [first] = ending;
      if (!first || at >= first.endsAt) return;
      const warnAt = warningTime(first);
      if (at < warnAt) {
        const startAfter = wakeTime(clock, warnAt);
        await tx.jobs.enqueue({ kind: "warn_of_end", requestId }, { startAfter });
        return;
      }
      for (const grant of ending) await tx.grants.update(grant, { warnedAt: at });
      await tx.audit.append(grantsWarned(first, ending, at));
      await tx.jobs.enqueue({ kind: "announce", requestId, topic: WARNING_TOPIC });
    });
  };
}
