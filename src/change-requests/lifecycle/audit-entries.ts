import type { AuditEvent } from "../../audit/index.ts";
import type { RoleRef } from "../../subjects/index.ts";
import { grantHoursOf, rolesGained, rolesLost } from "../model/change.ts";
import { type ChangeRequest, nameOf, onlyTarget } from "../model/change-request.ts";

/** A request for a change of one subject was stored. */
export function requestCreated(request: ChangeRequest, legalHoldConfirmed: boolean): AuditEvent {
  const { change, undoes, reason, ticket, approvalsNeeded, peopleAsked, othersOpen, emergency } = request;
  const { username, facts } = onlyTarget(request);
  const grantHours = grantHoursOf(change);
  return created(request, username, {
    change: change.kind,
    ...(undoes === null ? {} : { undoes: nameOf(undoes) }),
    ...namesIn(request, facts.roles),
    ...(grantHours === null ? {} : { grantHours }),
    reason,
    ticket,
    approvalsNeeded,
    peopleAsked: [...peopleAsked],
    ...(othersOpen.length > 0 ? { othersOpen: othersOpen.map(nameOf) } : {}),
    ...(emergency ? { emergency: true, ratifyWithinHours: emergency.ratifyWithinHours } : {}),
    snapshotHash: request.snapshotHash,
    legalHold: facts.legalHold.fact,
    legalHoldConfirmed,
  });
}

/** A bulk was stored; `leftOut` counts the users whom it does not change, `faults` the lines that name no user. */
export function bulkCreated(
  request: ChangeRequest,
  { leftOut, faults, legalHoldConfirmed }: { leftOut: number; faults: number; legalHoldConfirmed: boolean },
): AuditEvent {
  const { change, reason, ticket, approvalsNeeded, peopleAsked, snapshotHash, targets } = request;
  return created(request, null, {
    change: change.kind,
    roles: "roles" in change ? namesOf(change.roles) : [],
    ...("org" in change ? { org: change.org.name } : {}),
    reason,
    ticket,
    approvalsNeeded,
    peopleAsked: [...peopleAsked],
    snapshotHash,
    targets: targets.length,
    leftOut,
    faults,
    legalHoldConfirmed,
    usernames: targets.map(({ username }) => username),
  });
}

function created(
  { id, createdAt, requester, policyHash }: ChangeRequest,
  subject: string | null,
  details: AuditEvent["details"],
): AuditEvent {
  return {
    kind: "request.created",
    at: createdAt,
    actor: requester,
    requestId: nameOf(id),
    subject,
    policyHash,
    details,
  };
}

/** Names of the roles, or the organization, that a change is about. */
function namesIn({ change }: ChangeRequest, held: readonly RoleRef[]): Record<string, string[]> {
  const roles = "roles" in change ? namesOf(change.roles) : [];
  if (change.kind === "move") return { roles, org: [change.org.name, change.org.guid] };
  if (change.kind !== "replace_roles") return { roles };
  return { roles, gained: namesOf(rolesGained(change, held)), lost: namesOf(rolesLost(change, held)) };
}

function namesOf(roles: readonly RoleRef[]): string[] {
  return roles.map(({ name }) => name);
}
