import { grantHoursOf } from "../model/change.ts";
import { type ChangeRequest, nameOf, onlyTarget, type Target } from "../model/change-request.ts";
import { rolesAsMeant } from "../model/roles-as-meant.ts";
import type { Transaction } from "../ports/ports.ts";
import { announceEnded, applyGrantEvent } from "./apply-grant-event.ts";

/**
 * Lets go of roles that were given for good while it wasn't known whether this request had given them: between its
 * write and now, which is no time unless Incydr showed them late.
 */
export async function leaveToOthers(
  tx: Transaction,
  request: ChangeRequest,
  { userId, intent }: Target,
  at: Date,
): Promise<void> {
  if (!intent) return;
  const givers = new Map<string, number>();
  for (const other of await tx.requests.settledOn(userId, intent.at)) {
    const { change } = other;
    if (other.id === request.id || !("roles" in change)) continue;
    const { given, taken } = rolesAsMeant(change, onlyTarget(other));
    for (const { id } of taken) givers.delete(id);
    if (grantHoursOf(change) === null) for (const { id } of given) givers.set(id, other.id);
  }
  if (givers.size === 0) return;
  let ended = false;
  for (const grant of await tx.grants.lockOpen(userId)) {
    const giver = givers.get(grant.role.id);
    if (grant.requestId !== request.id || giver === undefined) continue;
    const by = nameOf(giver);
    const explanation = `${by} gave the role for good.`;
    const cause = { actor: "bot", at, details: { explanation, by }, patch: { explanation } } as const;
    await applyGrantEvent(tx, grant, "given_for_good", cause);
    ended = true;
  }
  if (ended) await announceEnded(tx, request.id, at);
}
