import { nameOf, type Placement } from "../../change-requests/index.ts";
import { type Message, shortMessage } from "./message.ts";
import { bold, plain } from "./rich-text.ts";

/** That a request went elsewhere, for the requester where they asked; it says nothing of why. */
export function movedLine(requestId: number): Message {
  const name = nameOf(requestId);
  return shortMessage(`${name} is in another channel`, [
    bold(name),
    plain(" is handled in another channel."),
  ]);
}

/** Why the card of a request went to a restricted channel, for the requester alone. */
export function movedReason(requestId: number, why: NonNullable<Placement["moved"]>): Message {
  const name = nameOf(requestId);
  return shortMessage(`Why ${name} is in a restricted channel`, [
    bold(name),
    plain(` is in a restricted channel, because ${REASONS[why]}.`),
  ]);
}

const REASONS: Readonly<Record<NonNullable<Placement["moved"]>, string>> = {
  subject_present: "the user is in the channel where you asked",
  subject_unmapped:
    "the user has no known Slack account, and the channel where you asked has a member who may be this user",
  not_visible: "I am not in the channel where you asked",
  not_configured: "the channel where you asked isn't among those where cards may be posted",
  archived: "the channel where you asked is archived",
  bot_not_member: "I am not a member of the channel where you asked",
  public: "the channel where you asked is public",
  shared: "the channel where you asked is shared with another company",
  outsiders: "a guest or somebody of another company is in the channel where you asked",
};
