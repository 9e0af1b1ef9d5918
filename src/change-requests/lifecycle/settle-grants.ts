import type { RoleRef } from "../../subjects/index.ts";
import { grantHoursOf, rolesGained } from "../model/change.ts";
import {
  type ChangeRequest,
  confirmedRoles,
  isBulk,
  nameOf,
  onlyTarget,
  type Target,
} from "../model/change-request.ts";
import { endOfGrant, type Grant, type NewGrant, warningTime } from "../model/grant.ts";
import type { SupersedingEvent } from "../model/grant-states.ts";
import type { Transaction } from "../ports/storage.ts";
import { applyGrantEvent, enqueueEndUpdate } from "./apply-grant-event.ts";
import { grantsBegun } from "./request-audit-entries.ts";

/**
 * Updates the grants of a subject in the transaction that settles a change of roles. A limited change begins grants. Any
 * other change supersedes the grants of its roles.
 */
export async function settleGrants(
  tx: Transaction,
  request: ChangeRequest,
  target: Target,
  at: Date,
): Promise<void> {
  const { change } = request;
  if (!("roles" in change)) return;
  const { given, taken } = confirmedRoles(change, target);
  if (given.length + taken.length === 0) return;
  const open = await tx.grants.lockOpen(target.userId);
  const by = nameOf(request.id);
  const name = nameOnOtherCard(request);
  const isLimited = change.kind === "add_roles" && change.grantHours !== undefined;
  if (isLimited) {
    await beginGrants(tx, request, { target, given, open, at });
    await supersedeByPermanent(tx, request, target, at);
  } else await supersede("given_for_good", given, `${name} gave the role for good.`);
  await supersede("taken_away_already", taken, `${name} took the role away.`);

  async function supersede(event: SupersedingEvent, roles: readonly RoleRef[], explanation: string) {
    const concerned = open.filter(({ role }) => roles.some(({ id }) => id === role.id));
    for (const grant of concerned) {
      const cause = { actor: "bot", at, details: { explanation, by }, patch: { explanation } } as const;
      await applyGrantEvent(tx, grant, event, cause);
    }
    for (const requestId of new Set(concerned.map((grant) => grant.requestId)))
      await enqueueEndUpdate(tx, requestId, at);
  }
}

/** Begins grants of the given roles, except roles that the subject already held permanently. */
async function beginGrants(
  tx: Transaction,
  request: ChangeRequest,
  settled: { target: Target; given: readonly RoleRef[]; open: readonly Grant[]; at: Date },
): Promise<void> {
  const { target, given, open, at } = settled;
  const { change, id: requestId } = request;
  if (change.kind !== "add_roles" || change.grantHours === undefined) return;
  const added = rolesGained(change, target.facts.roles);
  const isCovered = ({ id }: RoleRef) =>
    (target.state !== "already" && added.some((role) => role.id === id)) ||
    open.some(({ role }) => role.id === id);
  const endsAt = endOfGrant(at, change.grantHours);
  const grants: NewGrant[] = given
    .filter(isCovered)
    .map((role) => ({ requestId, userId: target.userId, role, grantedAt: at, endsAt }));
  if (grants.length === 0) return;
  await tx.grants.insert(grants);
  const roles = grants.map(({ role }) => role);
  const { grantHours } = change;
  await tx.audit.append(grantsBegun(request, target.username, { roles, grantHours, grantedAt: at, endsAt }));
  const startAfter = warningTime({ grantedAt: at, endsAt });
  await tx.jobs.enqueue({ kind: "warn_of_end", requestId }, { startAfter });
  await tx.jobs.enqueue({ kind: "end_grants", requestId }, { startAfter: endsAt });
}

/**
 * Supersedes grants of roles that another request made permanent between this request's write and now. That can happen
 * if Incydr showed the roles of this request late.
 */
async function supersedeByPermanent(
  tx: Transaction,
  request: ChangeRequest,
  { userId, intent }: Target,
  at: Date,
): Promise<void> {
  if (!intent) return;
  const givers = new Map<string, ChangeRequest>();
  for (const other of await tx.requests.settledOn(userId, intent.at)) {
    const { change } = other;
    if (other.id === request.id || !("roles" in change)) continue;
    const { given, taken } = confirmedRoles(change, onlyTarget(other));
    for (const { id } of taken) givers.delete(id);
    if (grantHoursOf(change) === null) for (const { id } of given) givers.set(id, other);
  }
  if (givers.size === 0) return;
  let ended = false;
  for (const grant of await tx.grants.lockOpen(userId)) {
    const giver = givers.get(grant.role.id);
    if (grant.requestId !== request.id || giver === undefined) continue;
    const by = nameOf(giver.id);
    const explanation = `${nameOnOtherCard(giver)} gave the role for good.`;
    const cause = { actor: "bot", at, details: { explanation, by }, patch: { explanation } } as const;
    await applyGrantEvent(tx, grant, "given_for_good", cause);
    ended = true;
  }
  if (ended) await enqueueEndUpdate(tx, request.id, at);
}

/** The name of a request on another request's card. A bulk has no number there, because a reader may be its subject. */
function nameOnOtherCard(request: ChangeRequest): string {
  return isBulk(request) ? "A bulk" : nameOf(request.id);
}
