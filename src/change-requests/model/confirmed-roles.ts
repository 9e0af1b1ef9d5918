import type { RoleRef } from "../../subjects/index.ts";
import { type Change, rolesGained, rolesLost } from "./change.ts";
import type { Target } from "./change-request.ts";

/**
 * The roles that a change gave and took, as Incydr showed them when the target was settled; none where that isn't known.
 * A role that a replacement merely keeps isn't given by it: a grant of the role goes on to its end.
 */
export function confirmedRoles(
  change: Extract<Change, { roles: unknown }>,
  { state, facts, outstandingRoleIds }: Pick<Target, "state" | "facts" | "outstandingRoleIds">,
): { given: readonly RoleRef[]; taken: readonly RoleRef[] } {
  const isWhole = state === "verified" || state === "already";
  const isPart = state === "failed" && outstandingRoleIds !== null;
  if (!isWhole && !isPart) return { given: [], taken: [] };
  const isDone = ({ id }: RoleRef) => isWhole || !outstandingRoleIds?.includes(id);
  const given = change.kind === "add_roles" ? change.roles : rolesGained(change, facts.roles);
  const taken = change.kind === "remove_roles" ? change.roles : rolesLost(change, facts.roles);
  return { given: given.filter(isDone), taken: taken.filter(isDone) };
}
