import type { RoleRef } from "../../subjects/index.ts";
import { grantHoursOf } from "../model/change.ts";
import { type ChangeRequest, isBulk, onlyTarget, type Target } from "../model/change-request.ts";
import type { Grant } from "../model/grant.ts";
import { NothingToDoError } from "../model/request-errors.ts";

/** What a form for more time begins with. */
export interface Prefill {
  readonly roles: readonly RoleRef[];
  readonly grantHours: number | null;
}

/**
 * What is filled in for whoever extends a request: the roles it still gives, for as long again.
 * @throws {NothingToDoError} if it gives none any more.
 */
export function prefillOf(extended: ChangeRequest, open: readonly Grant[]): Prefill {
  const roles = temporaryRoles(open.filter(({ requestId }) => requestId === extended.id));
  if (roles.length === 0) throw new NothingToDoError({ why: "gives_no_more", requestId: extended.id });
  return { roles, grantHours: grantHoursOf(extended.change) };
}

/**
 * The subject whose roles are given for longer.
 * @throws {NothingToDoError} for a bulk, which gives roles for good.
 */
export function subjectToExtend(request: ChangeRequest): Target {
  if (!isBulk(request)) return onlyTarget(request);
  throw new NothingToDoError({ why: "gave_none", requestId: request.id });
}

/** The roles of grants, each once: whoever holds them by nothing else may be given them again. */
export function temporaryRoles(open: readonly Pick<Grant, "role">[]): readonly RoleRef[] {
  return [...new Map(open.map(({ role }) => [role.id, role])).values()];
}
