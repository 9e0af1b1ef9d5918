import type { Terms } from "../../authorization/index.ts";
import type { ChangeRequest } from "../model/change-request.ts";
import type { Reminder } from "../ports/reminder-ports.ts";
import type { Transaction } from "../ports/storage.ts";
import { applyRequestEvent } from "./apply-event.ts";
import type { Cause } from "./request-audit-entries.ts";

/** Approves a pending request that needs no approval, and enqueues its execution. */
export async function approveWithoutApprovals(
  tx: Transaction,
  request: ChangeRequest,
  cause: Pick<Cause, "at" | "policyHash">,
): Promise<void> {
  await applyRequestEvent(tx, request, "enough_approvals", {
    ...cause,
    actor: "bot",
    details: { approvals: 0, approvalsNeeded: 0 },
  });
  await tx.jobs.enqueue({ kind: "execute", requestId: request.id });
}

/** Plans when approvers are reminded and when the request is escalated, as the policies say. Replaces earlier plans. */
export async function planReminders(
  tx: Transaction,
  requestId: number,
  terms: Pick<Terms, "remindAfterMinutes" | "escalateAfterMinutes" | "escalateTo">,
  from: Date,
): Promise<void> {
  const after = (minutes: number) => new Date(from.getTime() + minutes * 60_000);
  const { remindAfterMinutes, escalateAfterMinutes, escalateTo } = terms;
  const reminders: Reminder[] = [];
  if (remindAfterMinutes !== null)
    reminders.push({ requestId, step: "reminder", dueAt: after(remindAfterMinutes), escalateTo: [] });
  if (escalateAfterMinutes !== null)
    reminders.push({ requestId, step: "escalation", dueAt: after(escalateAfterMinutes), escalateTo });
  await tx.reminders.plan(requestId, reminders);
  for (const { step, dueAt } of reminders)
    await tx.jobs.enqueue({ kind: "remind", requestId, step }, { startAfter: dueAt });
}
