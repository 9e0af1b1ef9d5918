import { type ChangeRequest, nameOf, stillInvited } from "../../change-requests/index.ts";
import { instruction, targetWords } from "./change-texts.ts";
import { type Message, shortMessage } from "./message.ts";
import { bold, type Inline, link, person, plain } from "./rich-text.ts";

/** A card's line with the invited approvers; none if there are none. */
export function invitationLines({ peopleAsked }: Pick<ChangeRequest, "peopleAsked">): Inline[][] {
  return peopleAsked.length === 0 ? [] : [[bold("Invited to approve "), ...persons(peopleAsked)]];
}

/** The end of a thread update about a request that needs approval again: the invited approvers who have not approved. */
export function repeatedInvitation(request: ChangeRequest): Inline[] {
  const people = request.state === "pending" ? stillInvited(request) : [];
  return people.length === 0 ? [] : [plain(" Invited to approve: "), ...persons(people), plain(".")];
}

/** The message to an invited approver outside the card's channel, without the reason and the subject's facts. */
export function invitationMessage(
  request: ChangeRequest,
  card: { readonly url: string | null; readonly isPrivate: boolean },
): Message {
  const headline = `${nameOf(request.id)} needs your approval`;
  const howToOpen = card.isPrivate ? " If you can't open it, ask a member to add you." : "";
  const whereabouts = card.isPrivate ? " is in a private channel." : " shows the details and the buttons.";
  return shortMessage(
    headline,
    [
      bold(headline),
      plain(`: ${instruction(request.change, targetWords(request))}. Requested by `),
      person(request.requester.slackUserId),
      plain("."),
    ],
    card.url
      ? [link(card.url, "The card"), plain(`${whereabouts}${howToOpen}`)]
      : [plain(`Ask the requester where the card is.${howToOpen}`)],
  );
}

/** People one after the other. */
export function persons(slackUserIds: readonly string[]): Inline[] {
  return slackUserIds.flatMap((id, index) => (index === 0 ? [person(id)] : [plain(", "), person(id)]));
}
