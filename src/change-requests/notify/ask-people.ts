import type { ChangeRequest } from "../model/change-request.ts";
import { RequestNotFoundError } from "../model/request-errors.ts";
import type { PeopleToAsk } from "../policy/people-to-ask.ts";
import type { UnitOfWork } from "../ports/ports.ts";
import type { RequestShowing } from "./show-request.ts";

/** Tells people that their approval is wished for. May run twice with the effect of once. */
export interface AskDisplay {
  /** Tells those of them by direct message who aren't where the card names them. */
  askDirectly(request: ChangeRequest, slackUserIds: readonly string[]): Promise<void>;
}

/**
 * Makes the function that asks those whom the requester named, once when the request is made, and again when it is
 * renewed or its card moves. The card names them; whoever isn't in the card's channel is told directly, if they may
 * still hear of it.
 */
export function createAskPeople(options: {
  uow: UnitOfWork;
  showing: Pick<RequestShowing, "showCard">;
  display: AskDisplay;
  peopleToAsk: PeopleToAsk;
}) {
  const { uow, showing, display, peopleToAsk } = options;
  return async function askPeople(requestId: number): Promise<void> {
    // Whether they see the card is known when it stands somewhere; where it can't, the request is over.
    await showing.showCard(requestId);
    const request = await uow.read(({ requests }) => requests.get(requestId));
    if (!request) throw new RequestNotFoundError(requestId);
    const people = await peopleToAsk(request);
    if (people.length > 0) await display.askDirectly(request, people);
  };
}
