import type { ChangeRequest } from "../model/change-request.ts";
import { RequestNotFoundError } from "../model/request-errors.ts";
import type { InvitedApprovers } from "../policy/invited-approvers.ts";
import type { UnitOfWork } from "../ports/storage.ts";
import type { RequestShowing } from "./show-request.ts";

export interface InviteDisplay {
  /** Sends a direct message, once, to each of these people who isn't in the channel of the card. */
  inviteDirectly(request: ChangeRequest, slackUserIds: readonly string[]): Promise<void>;
}

/**
 * Makes the job that notifies the invited approvers, when the request is made or renewed, or its card moves. The card
 * mentions them. People outside its channel get a direct message.
 */
export function createInvitePeople(options: {
  uow: UnitOfWork;
  showing: Pick<RequestShowing, "showCard">;
  display: InviteDisplay;
  invitedApprovers: InvitedApprovers;
}) {
  const { uow, showing, display, invitedApprovers } = options;
  return async function invitePeople(requestId: number): Promise<void> {
    // The card comes first, because its channel decides who needs a direct message.
    await showing.showCard(requestId);
    const request = await uow.read(({ requests }) => requests.get(requestId));
    if (!request) throw new RequestNotFoundError(requestId);
    const people = await invitedApprovers(request);
    if (people.length > 0) await display.inviteDirectly(request, people);
  };
}
