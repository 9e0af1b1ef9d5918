import type { ChangeRequest } from "../model/change-request.ts";
import { RequestNotFoundError } from "../model/request-errors.ts";
import type { PeopleToInvite } from "../policy/people-to-invite.ts";
import type { UnitOfWork } from "../ports/storage.ts";
import type { RequestShowing } from "./show-request.ts";

/** Tells invited approvers that the requester invited them. May run twice with the effect of once. */
export interface InviteDisplay {
  /** Tells those of them by direct message who aren't where the card names them. */
  inviteDirectly(request: ChangeRequest, slackUserIds: readonly string[]): Promise<void>;
}

/**
 * Makes the function that notifies the invited approvers, once when the request is made, and again when it is renewed
 * or its card moves. The card mentions them. An invited approver who isn't in the card's channel gets a direct message
 * if they may still hear of the request.
 */
export function createInvitePeople(options: {
  uow: UnitOfWork;
  showing: Pick<RequestShowing, "showCard">;
  display: InviteDisplay;
  peopleToInvite: PeopleToInvite;
}) {
  const { uow, showing, display, peopleToInvite } = options;
  return async function invitePeople(requestId: number): Promise<void> {
    // Whether they see the card is known when it stands somewhere; where it can't, the request is over.
    await showing.showCard(requestId);
    const request = await uow.read(({ requests }) => requests.get(requestId));
    if (!request) throw new RequestNotFoundError(requestId);
    const people = await peopleToInvite(request);
    if (people.length > 0) await display.inviteDirectly(request, people);
  };
}
