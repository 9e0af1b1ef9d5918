import type { Person } from "../authorization/index.ts";
import { type ChangeRequest, validApprovals } from "./change-request.ts";
import type { DecisionClick, Transaction } from "./ports.ts";
import {
  AlreadyApprovedByYouError,
  AlreadyDecidedError,
  CardOutOfDateError,
  OwnRequestError,
  RequestNotFoundError,
} from "./request-errors.ts";

/** Characters of the snapshot's hash that a card's buttons carry. */
export const SHOWN_SNAPSHOT_LENGTH = 16;

/** What is clicked, before anybody says why. */
export type Verdict = Pick<DecisionClick, "verdict" | "shownSnapshot">;

/**
 * Makes sure that this person may still decide on the request as their card showed it; what the policy says
 * of them is asked elsewhere.
 * @throws {AlreadyDecidedError | AlreadyApprovedByYouError | CardOutOfDateError | OwnRequestError}
 */
export function assertDecidable(
  request: ChangeRequest,
  { verdict, shownSnapshot }: Verdict,
  approver: Person,
): void {
  const last = request.decisions.at(-1) ?? null;
  if (request.state !== "pending") throw new AlreadyDecidedError(request.id, request.state, last);
  if (hasApproved(request, approver) && verdict === "approval")
    throw new AlreadyApprovedByYouError(request.id);
  const shown = request.snapshotHash.slice(0, SHOWN_SNAPSHOT_LENGTH);
  if (shownSnapshot !== shown) throw new CardOutOfDateError(request.id);
  // The policy says so too; this holds whatever the policy says.
  if (isSamePerson(request.requester, approver)) throw new OwnRequestError();
}

/** The request, locked and still to be decided by this person; `null` if this very click was carried out before. */
export async function lockDecidable(
  tx: Transaction,
  click: DecisionClick,
  { approver, at }: { approver: Person; at: Date },
): Promise<ChangeRequest | null> {
  const request = await tx.requests.lock(click.requestId);
  if (!request) throw new RequestNotFoundError(click.requestId);
  if (!(await tx.clicks.claim(click.clickId, at))) return null;
  assertDecidable(request, click, approver);
  return request;
}

/** Whether this very click is among the decisions. */
export function wasDecidedBy(
  { decisions }: ChangeRequest,
  { clickId }: Pick<DecisionClick, "clickId">,
): boolean {
  return decisions.some((decision) => decision.clickId === clickId);
}

/** Whether this person has an approval that counts. */
export function hasApproved(request: ChangeRequest, approver: Person): boolean {
  return validApprovals(request).some((earlier) => isSamePerson(earlier.approver, approver));
}

/** Whether two are one person: by Slack id, or by e-mail. */
export function isSamePerson(
  a: { readonly slackUserId: string; readonly email: string | null },
  b: { readonly slackUserId: string; readonly email: string | null },
): boolean {
  return a.slackUserId === b.slackUserId || (a.email !== null && a.email === b.email);
}
