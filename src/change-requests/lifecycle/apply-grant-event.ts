import { FOUND_GONE, type Grant, type GrantPatch } from "../model/grant.ts";
import { type GrantEvent, isOpenGrant, nextGrantState } from "../model/grant-states.ts";
import type { Transaction } from "../ports/storage.ts";
import { showFinishedOn } from "./apply-event.ts";
import { type Cause, grantMoved } from "./request-audit-entries.ts";

/**
 * Takes a grant to its next state within a transaction. Stores the state with `cause.patch` and its audit entry, and
 * leaves the job that updates the card of its request. `enqueueEndUpdate` leaves the job that announces their end.
 * @throws {ForbiddenTransitionError} and then nothing is stored.
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
  // If a settled change ended the grant, that change updates the cards of earlier changes.
  const isFoundGone = FOUND_GONE.includes(cause.patch?.explanation ?? "");
  if (to === "revoked" || isFoundGone) await showFinishedOn(tx, grant.userId);
  return { ...grant, ...patch };
}

/** Leaves the job that says in the thread of a request which of its grants ended at this moment. */
export async function enqueueEndUpdate(tx: Transaction, requestId: number, at: Date): Promise<void> {
  await tx.jobs.enqueue({ kind: "announce", requestId, topic: endedTopic(at) });
}

const ENDED = "grants_over:";

/** The topic of the announcement of the grants that ended at one moment. */
function endedTopic(at: Date): string {
  return `${ENDED}${at.getTime()}`;
}

/** The moment that such a topic is about; `null` for any other topic. */
export function endedAtOf(topic: string): Date | null {
  return topic.startsWith(ENDED) ? new Date(Number(topic.slice(ENDED.length))) : null;
}
