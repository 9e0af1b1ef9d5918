import type { RoleRef } from "../../subjects/index.ts";
import { type Change, rolesLost, rolesOutstanding } from "./change.ts";
import { type ChangeRequest, confirmedRoles, isBulk, onlyTarget, type Target } from "./change-request.ts";

/** A change by the bot, or the end of a temporary role, after a request was settled. */
export type LaterChange = {
  readonly requestId: number;
  readonly at: Date;
} & (
  | {
      readonly kind: "change";
      readonly change: Change;
      readonly undoes: number | null;
      readonly target: Pick<Target, "state" | "facts" | "outstandingRoleIds">;
    }
  /** The role was taken away, or was already gone. */
  | { readonly kind: "grant_ended"; readonly role: RoleRef }
);

/** How much of a finished change is still in effect, as far as the bot knows. */
export interface Standing {
  /** The last change that reversed it, or a part of it; `null` if all of it is in effect. */
  readonly reversedBy: LaterChange | null;
  /** Whether an undo could change something back. */
  readonly canBeUndone: boolean;
}

/**
 * The standing of a finished request about one subject, from the later changes, oldest first. An undo would not give
 * back the roles of `notGivenBack`.
 */
export function standingAfter(
  request: ChangeRequest,
  later: readonly LaterChange[],
  notGivenBack: readonly RoleRef[],
): Standing {
  const { change } = request;
  const { state } = onlyTarget(request);
  const isWhole = state === "verified" || state === "already";
  const changed = rolesChanged(request).map(({ id }) => id);
  if (!("roles" in change)) {
    const reversal = isWhole ? later.findLast((each) => touchesSame(change, each)) : undefined;
    const reversedBy = reversal && !agrees(change, reversal) ? reversal : null;
    return { reversedBy, canBeUndone: isUndoable(request) && reversedBy === null };
  }
  const isMeantToHold = meaningOf(change);
  /** For each role that is not as this change left it, the change that did it. */
  const reversed = new Map<string, LaterChange>();
  for (const each of later) {
    const { given, taken } = rolesOf(each);
    const moves = [
      ...given.map(({ id }) => ({ id, held: true })),
      ...taken.map(({ id }) => ({ id, held: false })),
    ];
    for (const { id, held } of moves) {
      // After a partial change, its other roles never got their intended state.
      const meant = isWhole || changed.includes(id) ? isMeantToHold(id) : null;
      reversed.delete(id);
      if (meant !== null && meant !== held) reversed.set(id, each);
    }
  }
  const taken = rolesLost(change, onlyTarget(request).facts.roles).map(({ id }) => id);
  const isLeft = ({ id }: RoleRef) =>
    !reversed.has(id) && !(taken.includes(id) && notGivenBack.some((role) => role.id === id));
  return {
    reversedBy: [...reversed.values()].at(-1) ?? null,
    canBeUndone: isUndoable(request) && rolesChanged(request).some(isLeft),
  };
}

/** Whether the subject holds a role after the change; `null` if the change does not concern the role. */
function meaningOf(change: Extract<Change, { roles: unknown }>): (roleId: string) => boolean | null {
  const ids = new Set(change.roles.map(({ id }) => id));
  switch (change.kind) {
    case "add_roles":
      return (id) => (ids.has(id) ? true : null);
    case "remove_roles":
      return (id) => (ids.has(id) ? false : null);
    case "replace_roles":
      return (id) => ids.has(id);
  }
}

function rolesOf(later: LaterChange): { given: readonly RoleRef[]; taken: readonly RoleRef[] } {
  if (later.kind === "grant_ended") return { given: [], taken: [later.role] };
  const { change, target } = later;
  return "roles" in change ? confirmedRoles(change, target) : { given: [], taken: [] };
}

/** Whether a later change decides whether this one still holds. */
function touchesSame(change: Change, later: LaterChange): boolean {
  if (later.kind === "grant_ended") return false;
  const { state } = later.target;
  if (state !== "verified" && state !== "already") return false;
  return (change.kind === "move") === (later.change.kind === "move") && !("roles" in later.change);
}

function agrees(change: Change, later: LaterChange): boolean {
  if (later.kind === "grant_ended") return true;
  if (change.kind === "move" && later.change.kind === "move")
    return change.org.guid.toLowerCase() === later.change.org.guid.toLowerCase();
  return change.kind === later.change.kind;
}

/** Whether a request changed something of its one subject that an undo could change back. */
export function isUndoable(request: ChangeRequest): boolean {
  if (request.state !== "done" || isBulk(request)) return false;
  const { state } = onlyTarget(request);
  return state === "verified" || (state === "failed" && rolesChanged(request).length > 0);
}

/** The roles that a request gave or took. */
export function rolesChanged(request: ChangeRequest): readonly RoleRef[] {
  const { state, outstandingRoleIds, facts } = onlyTarget(request);
  const requested = rolesOutstanding(request.change, facts);
  if (state === "verified") return requested;
  // If the left-out roles are unknown, no role is known to have changed.
  return outstandingRoleIds ? requested.filter(({ id }) => !outstandingRoleIds.includes(id)) : [];
}
