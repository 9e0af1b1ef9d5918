import { FOUND_GONE, type Grant, type GrantPatch } from "../model/grant.ts";
import { type GrantEvent, isOpenGrant, nextGrantState } from "../model/grant-states.ts";
import type { Transaction } from "../ports/ports.ts";
import { showFinishedOn } from "./apply-event.ts";
import { type Cause, grantMoved } from "./audit-entries.ts";

/**
 * Takes a grant to its next state within a transaction: the state, what goes with it, its audit entry, and the
 * job that shows it on its request's card. What is over is announced by `announceEnded`.
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
  // A settled change of a role shows the cards of earlier changes by itself.
  const isFoundGone = FOUND_GONE.includes(cause.patch?.explanation ?? "");
  if (to === "revoked" || isFoundGone) await showFinishedOn(tx, grant.userId);
  return { ...grant, ...patch };
}

/** Leaves the job that says in a request's thread which of its grants were over at that moment. */
export async function announceEnded(tx: Transaction, requestId: number, at: Date): Promise<void> {
  await tx.jobs.enqueue({ kind: "announce", requestId, topic: endedTopic(at) });
}

const ENDED = "grants_over:";

/** What is said of grants that were over at one moment. */
function endedTopic(at: Date): string {
  return `${ENDED}${at.getTime()}`;
}

/** The moment that such a topic is about; `null` for any other topic. */
export function endedAtOf(topic: string): Date | null {
  return topic.startsWith(ENDED) ? new Date(Number(topic.slice(ENDED.length))) : null;
}
