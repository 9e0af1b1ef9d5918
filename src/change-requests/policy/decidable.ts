import type { PermittedPerson } from "../../authorization/index.ts";
import type { ChannelContexts } from "../confidentiality/channel-contexts.ts";
import {
  type IdentityKeys,
  identityKeysOfDecision,
  isSamePerson,
  type PeopleNow,
  thenAndNow,
} from "../confidentiality/identity-keys.ts";
import { type ChangeRequest, type Decision, validApprovals } from "../model/change-request.ts";
import type { DecisionClick } from "../model/click.ts";
import { CardChannelNotAllowedError } from "../model/placement.ts";
import {
  AlreadyApprovedByYouError,
  AlreadyDecidedError,
  CardOutOfDateError,
  OwnRequestError,
} from "../model/request-errors.ts";
import type { PolicyInput } from "./policy-facts.ts";

/** The length of the hash prefix that a card's buttons carry. */
export const SHOWN_SNAPSHOT_LENGTH = 16;

/** The approver of a click, and the other people as they are now. */
export interface Deciding {
  readonly approver: IdentityKeys;
  readonly people: PeopleNow;
}

/**
 * Checks the channel in which a card is decided, in addition to the policies.
 * @throws {CardChannelNotAllowedError} if the channel is public, shared, or not visible to the bot
 */
export async function assertCardChannel(
  requestId: number,
  [about]: readonly PolicyInput[],
  channels: Pick<ChannelContexts, "isCardUnseen">,
): Promise<void> {
  const channel = about?.change.channel;
  if (!channel) {
    if (await channels.isCardUnseen(requestId)) throw new CardChannelNotAllowedError("not_visible");
    return;
  }
  if (channel.shared) throw new CardChannelNotAllowedError("shared");
  if (!channel.private && !channel.allowed) throw new CardChannelNotAllowedError("public");
}

type Verdict = Pick<DecisionClick, "verdict" | "shownSnapshot">;

/**
 * Checks, in addition to the policies, that this person may decide on the request as the card showed it.
 * @throws {AppError} the refusal if they may not
 */
export function assertDecidable(
  request: ChangeRequest,
  { verdict, shownSnapshot }: Verdict,
  deciding: Deciding,
): void {
  const last = request.decisions.at(-1) ?? null;
  if (request.state !== "pending") throw new AlreadyDecidedError(request.id, request.state, last);
  if (approvalsBy(request, deciding).length > 0 && verdict === "approval")
    throw new AlreadyApprovedByYouError(request.id);
  const shown = request.snapshotHash.slice(0, SHOWN_SNAPSHOT_LENGTH);
  if (shownSnapshot !== shown) throw new CardOutOfDateError(request.id);
  // This rule applies in addition to the policies.
  if (isSamePerson(thenAndNow(request.requester, deciding.people), deciding.approver))
    throw new OwnRequestError();
}

/** Whether this click is among the decisions of its request. */
export function isDecidedBy({ clickId }: DecisionClick, { decisions }: ChangeRequest): boolean {
  return decisions.some((decision) => decision.clickId === clickId);
}

/** The decision that a click stores. */
export function decisionOf(
  { clickId, verdict, reason }: DecisionClick,
  { snapshotHash }: ChangeRequest,
  { slackUserId, email, userId, entitlement }: PermittedPerson,
  at: Date,
): Decision {
  return {
    clickId,
    approver: { slackUserId, email, ...(userId === null ? {} : { userId }) },
    // The bot has no delegation of decisions yet.
    onBehalfOf: null,
    entitlement,
    verdict,
    reason: verdict === "denial" ? (reason?.trim() ?? null) : null,
    snapshotHash,
    at,
    void: false,
  };
}

/** The valid approvals of this person, or in their place. */
export function approvalsBy(request: ChangeRequest, { approver, people }: Deciding): readonly Decision[] {
  return validApprovals(request).filter((earlier) =>
    isSamePerson(identityKeysOfDecision(earlier, people), approver),
  );
}
