import { type ChangeRequest, nameOf, stillAsked } from "../../change-requests/index.ts";
import { describeChange, targetWords } from "./change-texts.ts";
import { type Message, shortMessage } from "./message.ts";
import { bold, type Inline, link, person, plain } from "./rich-text.ts";

/** On a card: whom the requester asked by name, if anybody. */
export function askedLines({ peopleAsked }: Pick<ChangeRequest, "peopleAsked">): Inline[][] {
  return peopleAsked.length === 0 ? [] : [[bold("Asked to approve "), ...persons(peopleAsked)]];
}

/** Behind what is said in the thread when it waits again: whom it still asks. */
export function askedAgain(request: ChangeRequest): Inline[] {
  const people = request.state === "pending" ? stillAsked(request) : [];
  return people.length === 0 ? [] : [plain(" Asked to approve: "), ...persons(people), plain(".")];
}

/**
 * To somebody who is asked and isn't in the card's channel. It says what they may approve; the reason and what was
 * found out of the subject stay on the card.
 */
export function askedMessage(
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
