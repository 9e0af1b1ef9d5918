import { FOUND_GONE, type Grant, type GrantPatch } from "../model/grant.ts";
import { type GrantEvent, isOpenGrant, nextGrantState } from "../model/grant-states.ts";
import type { Transaction } from "../ports/storage.ts";
import { showFinishedOn } from "./apply-event.ts";
import { type Cause, grantMoved } from "./request-audit-entries.ts";

/**
 * Applies an event to a grant: stores the next state with `cause.patch` and its audit entry, and enqueues an update of the
 * card. The caller announces an end with `enqueueEndUpdate`.
 * @throws {ForbiddenTransitionError} before anything is stored.
 */
export async function applyGrantEvent(
  tx: Transaction,
  grant: Grant,
  event: GrantEvent,
  cause: Cause & { readonly patch?: Omit<GrantPatch, "state" | "endedAt"> },
): Promise<Grant> {
  const move = nextGrantState(grant.state, event);
  const { to } = move;
  const ended: GrantPatch = isOpenGrant(to) ? {} : { endedAt: cause.at, intent: null, waitingFor: null };
  const patch: GrantPatch = { ...cause.patch, ...ended, state: to };
  await tx.grants.update(grant, patch);
  await tx.audit.append(grantMoved(grant, { ...move, event }, cause));
  await tx.jobs.enqueue({ kind: "show_card", requestId: grant.requestId });
  // A settled change that ends a grant updates these cards itself.
  const isFoundGone = FOUND_GONE.includes(cause.patch?.explanation ?? "");
  if (to === "revoked" || isFoundGone) await showFinishedOn(tx, grant.userId);
  return { ...grant, ...patch };
}

/** Enqueues the announcement of the grants of a request that ended at this moment. */
export async function enqueueEndUpdate(tx: Transaction, requestId: number, at: Date): Promise<void> {
  await tx.jobs.enqueue({ kind: "announce", requestId, topic: `${ENDED}${at.getTime()}` });
}

const ENDED = "grants_over:";

/** The moment in the topic of such an announcement; `null` for any other topic. */
export function endedAtOf(topic: string): Date | null {
  return topic.startsWith(ENDED) ? new Date(Number(topic.slice(ENDED.length))) : null;
}
