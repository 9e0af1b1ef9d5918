import { type ChangeRequest, nameOf, stillInvited } from "../../change-requests/index.ts";
import { describeChange, targetWords } from "./change-texts.ts";
import { type Message, shortMessage } from "./message.ts";
import { bold, type Inline, link, person, plain } from "./rich-text.ts";

/** On a card: the invited approvers; no line if there are none. */
export function invitationLines({ peopleAsked }: Pick<ChangeRequest, "peopleAsked">): Inline[][] {
  return peopleAsked.length === 0 ? [] : [[bold("Invited to approve "), ...persons(peopleAsked)]];
}

/** The end of a thread update about a request that waits again: the invited approvers who have not approved. */
export function repeatedInvitation(request: ChangeRequest): Inline[] {
  const people = request.state === "pending" ? stillInvited(request) : [];
  return people.length === 0 ? [] : [plain(" Invited to approve: "), ...persons(people), plain(".")];
}

/**
 * To an invited approver who isn't in the card's channel. It says what they may approve; the reason and the facts
 * about the subject stay on the card.
 */
export function invitationMessage(
  request: ChangeRequest,
  card: { readonly url: string | null; readonly isPrivate: boolean },
): Message {
  const headline = `${nameOf(request.id)}: you are asked to approve`;
  const where = card.isPrivate
    ? " is in a channel that you aren't in: to decide, have somebody there add you."
    : " has the rest.";
  return shortMessage(
    headline,
    [
      bold(headline),
      plain(`. ${describeChange(request.change)} for ${targetWords(request)}, asked for by `),
      person(request.requester.slackUserId),
      plain("."),
    ],
    [card.url ? link(card.url, "Its card") : plain("Its card"), plain(where)],
  );
}

/** People one after the other. */
export function persons(slackUserIds: readonly string[]): Inline[] {
  return slackUserIds.flatMap((id, index) => (index === 0 ? [person(id)] : [plain(", "), person(id)]));
}
