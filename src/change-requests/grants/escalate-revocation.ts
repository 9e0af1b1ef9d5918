import type { Grant } from "../model/grant.ts";
import type { Transaction } from "../ports/storage.ts";

/** How long a role may be there after its end before the leads hear of it, in milliseconds. */
const FIRST_ESCALATION_MS = 15 * 60_000;
/** How often they hear of it again, as long as it is there: at most a day apart. */
const LONGEST_PAUSE_MS = 24 * 3_600_000;

/**
 * Plans, after an attempt that failed, that those who lead are told of it in the digest of the approvals channel:
 * first after a while, and then at ever longer intervals until the role is gone.
 */
export async function escalateRevocation(tx: Transaction, grants: readonly Grant[], at: Date): Promise<void> {
  const [first] = grants;
  if (!first) return;
  const { requestId } = first;
  if (await tx.reminders.find(requestId, "revocation")) return;
  const since = Math.min(...grants.map(({ failingSince }) => (failingSince ?? at).getTime()));
  const dueAt = nextTelling(since, at);
  await tx.reminders.replan({
    requestId,
    step: "revocation",
    dueAt,
    escalateTo: await tx.reminders.escalateTo(requestId),
  });
  await tx.jobs.enqueue({ kind: "remind", requestId, step: "revocation" }, { startAfter: dueAt });
}

/** 15 minutes after the first failed attempt, then after twice as long each time. */
function nextTelling(sinceMs: number, now: Date): Date {
  const ageMs = now.getTime() - sinceMs;
  const pauseMs = Math.min(Math.max(FIRST_ESCALATION_MS, ageMs), LONGEST_PAUSE_MS);
  return new Date(Math.max(now.getTime(), sinceMs) + pauseMs);
}
