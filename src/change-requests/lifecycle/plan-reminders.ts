import type { Terms } from "../../authorization/index.ts";
import type { Transaction } from "../ports/ports.ts";
import type { Reminder } from "../ports/reminder-ports.ts";

/**
 * Plans when those who could decide on a request are reminded, and when it is escalated, counted from `from`:
 * as the policies say, and not at all where they say nothing. Replaces what was planned before.
 */
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
