import { grantHoursOf } from "../model/change.ts";
import { type ChangeRequest, isBulk, onlyTarget } from "../model/change-request.ts";
import { type Grant, MOST_GRANTS_READ } from "../model/grant.ts";
import { RequestNotFoundError } from "../model/request-errors.ts";
import { type Standing, standingAfter } from "../model/standing.ts";
import type { RequestView } from "../ports/request-messages.ts";
import type { Stored, UnitOfWork } from "../ports/storage.ts";

/** Reads the present facts of a request for a card or a thread. */
export type ReadView = (requestId: number) => Promise<RequestView>;

/** @param options.readOnly whether the configuration stops every change */
export function createReadView({ uow, readOnly }: { uow: UnitOfWork; readOnly: boolean }): ReadView {
  return (requestId) =>
    uow.read(async (stored) => {
      const request = await stored.requests.get(requestId);
      if (!request) throw new RequestNotFoundError(requestId);
      const isLimited = grantHoursOf(request.change) !== null;
      const grants = isLimited ? await stored.grants.ofRequest(requestId) : [];
      const temporaryGrants = await keptByReplacement(stored, request);
      const failures = await stored.jobFailures.givenUpOf(requestId);
      const isFrozen = readOnly || (await stored.freeze.read()) !== null;
      const standing = await readStanding(stored, request);
      const named = [...request.othersOpen, ...(standing.reversedBy ? [standing.reversedBy.requestId] : [])];
      const bulks = new Set(await stored.requests.bulksAmong(named));
      return { request, grants, temporaryGrants, standing, bulks, isFrozen, failures };
    });
}

/** Grants of the roles that a replacement keeps, which still end at their time; empty once the request is over. */
async function keptByReplacement(
  stored: Pick<Stored, "grants">,
  request: ChangeRequest,
): Promise<readonly Grant[]> {
  const { change, state } = request;
  const isOpen = state !== "denied" && state !== "cancelled" && state !== "expired" && state !== "done";
  if (change.kind !== "replace_roles" || !isOpen) return [];
  const { userId, facts } = onlyTarget(request);
  const isKept = ({ role }: Grant) =>
    [change.roles, facts.roles].every((roles) => roles.some(({ id }) => id === role.id));
  return (await stored.grants.open({ userId, limit: MOST_GRANTS_READ })).filter(isKept);
}

const UNTOUCHED: Standing = { reversedBy: null, canBeUndone: false };

/** The standing of a finished request with one subject. For other requests it is `UNTOUCHED`. */
async function readStanding(
  { requests, grants }: Pick<Stored, "requests" | "grants">,
  request: ChangeRequest,
): Promise<Standing> {
  if (request.state !== "done" || isBulk(request)) return UNTOUCHED;
  const { userId, intent, settledAt } = onlyTarget(request);
  if (!settledAt) return standingAfter(request, [], []);
  // An undo does not give back roles whose time the request cut short.
  const wereTemporary =
    request.change.kind === "remove_roles" || request.change.kind === "replace_roles"
      ? await grants.temporaryBetween(userId, intent?.at ?? settledAt, settledAt)
      : [];
  return standingAfter(request, await requests.changesSince(userId, request.id, settledAt), wereTemporary);
}
