import { type ChangeRequest, onlyTarget } from "../model/change-request.ts";
import type { Grant } from "../model/grant.ts";
import type { Stored } from "../ports/ports.ts";

/** Grants of the roles that a replacement keeps: they end at their time all the same. None once it is over. */
export async function keptByReplacement(
  stored: Pick<Stored, "grants">,
  request: ChangeRequest,
): Promise<readonly Grant[]> {
  const { change, state } = request;
  const isOpen = state !== "denied" && state !== "cancelled" && state !== "expired" && state !== "done";
  if (change.kind !== "replace_roles" || !isOpen) return [];
  const { userId, facts } = onlyTarget(request);
  const isKept = ({ role }: Grant) =>
    [change.roles, facts.roles].every((roles) => roles.some(({ id }) => id === role.id));
  return (await stored.grants.open({ userId, limit: MOST_LENT })).filter(isKept);
}

/** Nobody holds so many roles. */
const MOST_LENT = 500;
