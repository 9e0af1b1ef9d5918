import type { ChangeRequest } from "../../change-requests/index.ts";
import { bold, type Inline, person, plain } from "./rich-text.ts";

/** On a card: whom the requester asked by name, if anybody. */
export function askedLines({ peopleAsked }: Pick<ChangeRequest, "peopleAsked">): Inline[][] {
  return peopleAsked.length === 0 ? [] : [[bold("Asked to approve "), ...persons(peopleAsked)]];
}

/** People one after the other. */
function persons(slackUserIds: readonly string[]): Inline[] {
  return slackUserIds.flatMap((id, index) => (index === 0 ? [person(id)] : [plain(", "), person(id)]));
}
