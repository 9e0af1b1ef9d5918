import type { Clock } from "../../kernel/clock.ts";
import type { ChangeRequest, Ratification } from "../model/change-request.ts";
import { needsRatification } from "../model/state-machine.ts";
import type { Transaction, UnitOfWork } from "../ports/storage.ts";
import { wakeTime } from "../ports/wake-time.ts";
import { ratificationAwaiting, ratificationOverdue } from "./request-audit-entries.ts";

const HOUR_MS = 3_600_000;

/** Begins to wait for the ratification of a settled emergency, if it wrote anything. */
export async function awaitRatification(tx: Transaction, request: ChangeRequest, at: Date): Promise<void> {
  const { id, emergency, targets } = request;
  if (!emergency || request.ratification || !needsRatification(targets.map(({ state }) => state))) return;
  const deadlineAt = new Date(at.getTime() + emergency.ratifyWithinHours * HOUR_MS);
  await tx.requests.saveRatification(id, { state: "awaiting", deadlineAt, overdue: false, decision: null });
  const { escalateTo } = emergency;
  await tx.audit.append(ratificationAwaiting(request, { deadlineAt, escalateTo, at }));
  await tx.jobs.enqueue({ kind: "show_card", requestId: id });
  await tx.jobs.enqueue({ kind: "announce", requestId: id, topic: "ratification" });
  await tx.jobs.enqueue({ kind: "ratification_due", requestId: id }, { startAfter: deadlineAt });
}

/** Makes the job that escalates a missing ratification at its deadline. Before the deadline it enqueues itself again. */
export function createEscalateRatification({ uow, clock }: { uow: UnitOfWork; clock: Clock }) {
  return async function escalateRatification(requestId: number): Promise<void> {
    await uow.run(async (tx) => {
      const request = await tx.requests.lock(requestId);
      const awaited = request && awaitedRatification(request);
      if (!awaited || awaited.overdue) return;
      const at = clock.now();
      if (at < awaited.deadlineAt) {
        const startAfter = wakeTime(clock, awaited.deadlineAt);
        await tx.jobs.enqueue({ kind: "ratification_due", requestId }, { startAfter });
        return;
      }
      await tx.requests.saveRatification(requestId, { ...awaited, overdue: true });
      await tx.audit.append(ratificationOverdue(request, at));
      await tx.jobs.enqueue({ kind: "show_card", requestId });
      await tx.jobs.enqueue({ kind: "announce", requestId, topic: "ratification_overdue" });
      await tx.jobs.enqueue({ kind: "sound_alarm", requestId, topic: "overdue" });
    });
  };
}

export function awaitedRatification({ ratification }: ChangeRequest): Ratification | null {
  return ratification?.state === "awaiting" ? ratification : null;
}
