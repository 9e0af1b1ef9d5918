import type { IncydrReader } from "../../incydr/index.ts";
import type { Preflight } from "../../subjects/index.ts";
import { type ChangeRequest, onlyTarget } from "../model/change-request.ts";
import type { UnitOfWork } from "../ports/ports.ts";
import { offeredOrgs } from "./offered-orgs.ts";
import { allGivableRoles } from "./offered-roles.ts";
import { subjectToUndo, type Undo, undoOf } from "./undo.ts";

/**
 * Makes the function that reads what a request's undo would be, for its subject as they are now.
 * @throws {NothingToUndoError | IncydrError}
 */
export function createReadUndo({ incydr, uow }: { incydr: IncydrReader; uow: UnitOfWork }) {
  return async function readUndo(
    request: ChangeRequest,
    now: Preflight,
  ): Promise<Undo & { readonly requestId: number }> {
    const { kind } = request.change;
    const takesRoles = kind === "remove_roles" || kind === "replace_roles";
    const { userId, intent, settledAt } = subjectToUndo(request);
    const former = onlyTarget(request).snapshot.org?.guid ?? null;
    const undo = undoOf(request, now, {
      roles: takesRoles ? await allGivableRoles(incydr) : [],
      orgs: kind === "move" ? (await offeredOrgs(incydr, now, former)).options : [],
      // Whoever ended them: while the change was written a grant may have come to its end as well.
      wereLent:
        takesRoles && settledAt
          ? await uow.read(({ grants }) => grants.lentBetween(userId, intent?.at ?? settledAt, settledAt))
          : [],
    });
    return { ...undo, requestId: request.id };
  };
}
