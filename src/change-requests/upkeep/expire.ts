import type { Clock } from "../../kernel/clock.ts";
import { applyRequestEvent } from "../lifecycle/apply-event.ts";
import { deadlineOf } from "../model/change-request.ts";
import type { UnitOfWork } from "../ports/storage.ts";
import { wakeTime } from "../ports/wake-time.ts";

/** Makes the job that expires a request at its deadline. Before the deadline it enqueues itself again. */
export function createExpire({ uow, clock }: { uow: UnitOfWork; clock: Clock }) {
  return async function expire(requestId: number): Promise<void> {
    await uow.run(async (tx) => {
      const request = await tx.requests.lock(requestId);
      const isOpen =
        request?.state === "pending" || request?.state === "approved" || request?.state === "stale";
      if (!request || !isOpen) return;
      const deadline = deadlineOf(request);
      if (clock.now() < deadline) {
        const startAfter = wakeTime(clock, deadline);
        await tx.jobs.enqueue({ kind: "expire", requestId }, { startAfter });
        return;
      }
      await applyRequestEvent(tx, request, "deadline_passed", { actor: "bot", at: clock.now() });
    });
  };
}
