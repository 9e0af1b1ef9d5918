import type { IncydrReader } from "../../incydr/index.ts";
import type { Preflight, RoleRef } from "../../subjects/index.ts";
import type { OrgOption } from "../model/change.ts";
import {
  type Change,
  isInEffect,
  type OrgRef,
  rolesGained,
  rolesLost,
  rolesWithin,
  rolesWithout,
} from "../model/change.ts";
import { type ChangeRequest, isBulk, onlyTarget, type Target } from "../model/change-request.ts";
import type { NothingToUndo } from "../model/refusal-causes.ts";
import { NothingToUndoError } from "../model/request-errors.ts";
import { isUndoable, rolesChanged } from "../model/standing.ts";
import type { UnitOfWork } from "../ports/storage.ts";
import { offeredOrgs, orgFault } from "./offered-orgs.ts";
import { allGivableRoles } from "./offered-roles.ts";

/** A fact that the reverse of a change does not restore. */
export type NotRestored =
  | { readonly code: "monitoring_gap" }
  | { readonly code: "devices_and_archives" }
  | { readonly code: "backup_destinations" }
  | { readonly code: "watchlists"; readonly watchlists: readonly string[] }
  /** The bot's API client may not assign these roles. */
  | { readonly code: "roles_not_assignable"; readonly roles: readonly RoleRef[] }
  /** The subject held these roles temporarily. Giving them back would make them permanent. */
  | { readonly code: "roles_were_lent"; readonly roles: readonly RoleRef[] }
  /** These roles have changed again since, and stay as they are. */
  | { readonly code: "roles_changed_since"; readonly roles: readonly RoleRef[] };

/** The reverse of a change, for a subject's present facts. */
export interface Undo {
  readonly change: Change;
  readonly notRestored: readonly NotRestored[];
}

export interface Available {
  readonly roles: readonly RoleRef[];
  readonly orgs: readonly OrgOption[];
  /** Roles whose time the request cut short. */
  readonly wereTemporary: readonly RoleRef[];
}

/** @throws {NothingToUndoError} for a bulk, because its reverse would be a bulk too */
export function subjectToUndo(request: ChangeRequest): Target {
  if (!isBulk(request)) return onlyTarget(request);
  throw new NothingToUndoError({ why: "bulk", requestId: request.id });
}

/** The change that restores the facts before the request. @throws {NothingToUndoError} if it can restore nothing */
export function undoOf(request: ChangeRequest, now: Preflight, available: Available): Undo {
  const requestId = request.id;
  if (!isUndoable(request)) throw new NothingToUndoError({ why: "changed_nothing", requestId });
  const { change } = request;
  if (!("roles" in change) && !isInEffect(change, now))
    throw new NothingToUndoError({ why: "no_longer_shown", requestId, username: now.username });
  switch (change.kind) {
    case "activate":
      return { change: { kind: "deactivate" }, notRestored: [] };
    case "deactivate":
      return undoneDeactivation(request, now);
    case "move":
      return {
        change: { kind: "move", org: formerOrg(request, now, available) },
        notRestored: [DESTINATIONS],
      };
    case "add_roles":
    case "remove_roles":
    case "replace_roles":
      return undoneRoles(request, now, available);
  }
}

const DESTINATIONS: NotRestored = { code: "backup_destinations" };

function undoneDeactivation(request: ChangeRequest, now: Preflight): Undo {
  const { roles, watchlists } = onlyTarget(request).facts;
  const lost = rolesWithout(roles, now.roles);
  const notRestored: NotRestored[] = [{ code: "monitoring_gap" }, { code: "devices_and_archives" }];
  if (watchlists.fact === "yes") notRestored.push({ code: "watchlists", watchlists: watchlists.names });
  if (lost.length > 0) notRestored.push({ code: "roles_changed_since", roles: lost });
  return { change: { kind: "activate" }, notRestored };
}

function formerOrg(request: ChangeRequest, now: Preflight, { orgs }: Available): OrgRef {
  const { org: former } = onlyTarget(request).snapshot;
  const org = orgs.find(({ guid }) => guid === former?.guid);
  if (!org || orgFault(org, now) !== null)
    throw new NothingToUndoError(
      former ? { why: "org_gone", org: former.name } : { why: "former_org_unknown" },
    );
  return { guid: org.guid, name: org.name };
}

function undoneRoles(request: ChangeRequest, now: Preflight, available: Available): Undo {
  const { change } = request;
  const { roles: before } = onlyTarget(request).facts;
  const changed = rolesChanged(request);
  const isChanged = ({ id }: RoleRef) => changed.some((role) => role.id === id);
  const given = rolesGained(change, before).filter(isChanged);
  const taken = rolesLost(change, before).filter(isChanged);
  const toTake = rolesWithin(given, now.roles);
  const notHeld = rolesWithout(taken, now.roles);
  const wereTemporary = rolesWithin(notHeld, available.wereTemporary);
  const missing = rolesWithout(notHeld, wereTemporary);
  const toGive = rolesWithin(missing, available.roles);
  const since = [...rolesWithout(given, now.roles), ...rolesWithin(taken, now.roles)];
  const notAssignable = rolesWithout(missing, available.roles);
  if (toTake.length + toGive.length === 0) {
    throw new NothingToUndoError(whyNothing(request, now, { notAssignable, wereTemporary }));
  }
  const notRestored: NotRestored[] = [];
  if (notAssignable.length > 0) notRestored.push({ code: "roles_not_assignable", roles: notAssignable });
  if (wereTemporary.length > 0) notRestored.push({ code: "roles_were_lent", roles: wereTemporary });
  if (since.length > 0) notRestored.push({ code: "roles_changed_since", roles: since });
  return { change: roleChange(now.roles, toTake, toGive), notRestored };
}

function whyNothing(
  request: ChangeRequest,
  now: Preflight,
  { notAssignable, wereTemporary }: { notAssignable: readonly RoleRef[]; wereTemporary: readonly RoleRef[] },
): NothingToUndo {
  const requestId = request.id;
  const names = (roles: readonly RoleRef[]) => roles.map(({ name }) => name);
  if (notAssignable.length > 0) return { why: "roles_not_assignable", roles: names(notAssignable) };
  if (wereTemporary.length > 0) return { why: "roles_were_lent", requestId, roles: names(wereTemporary) };
  return { why: "no_longer_shown", requestId, username: now.username };
}

function roleChange(held: readonly RoleRef[], take: readonly RoleRef[], give: readonly RoleRef[]): Change {
  if (give.length === 0) return { kind: "remove_roles", roles: take };
  if (take.length === 0) return { kind: "add_roles", roles: give };
  return { kind: "replace_roles", roles: [...rolesWithout(held, take), ...give] };
}

/** Makes the function that finds the undo of a request. @throws the errors of `undoOf`; {IncydrError} in an outage */
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
      // A grant may also have ended while the change was written.
      wereTemporary:
        takesRoles && settledAt
          ? await uow.read(({ grants }) =>
              grants.temporaryBetween(userId, intent?.at ?? settledAt, settledAt),
            )
          : [],
    });
    return { ...undo, requestId: request.id };
  };
}
