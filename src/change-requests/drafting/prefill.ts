import type { RoleRef } from "../../subjects/index.ts";
import { grantHoursOf } from "../model/change.ts";
import { type ChangeRequest, isBulk, onlyTarget, type Target } from "../model/change-request.ts";
import type { Grant } from "../model/grant.ts";
import { NothingToDoError } from "../model/request-errors.ts";

/** The choices with which a form for more time opens. */
export interface Prefill {
  readonly roles: readonly RoleRef[];
  readonly grantHours: number | null;
}

/**
 * The temporary roles of a request that have not ended, and their duration.
 * @throws {NothingToDoError} if all have ended
 */
export function prefillOf(extended: ChangeRequest, open: readonly Grant[]): Prefill {
  const roles = temporaryRoles(open.filter(({ requestId }) => requestId === extended.id));
  if (roles.length === 0) throw new NothingToDoError({ why: "gives_no_more", requestId: extended.id });
  return { roles, grantHours: grantHoursOf(extended.change) };
}

/** @throws {NothingToDoError} for a bulk, whose roles have no end. */
export function subjectToExtend(request: ChangeRequest): Target {
  if (!isBulk(request)) return onlyTarget(request);
  throw new NothingToDoError({ why: "gave_none", requestId: request.id });
}

/** The roles of grants, each once. */
export function temporaryRoles(open: readonly Pick<Grant, "role">[]): readonly RoleRef[] {
  return [...new Map(open.map(({ role }) => [role.id, role])).values()];
}
