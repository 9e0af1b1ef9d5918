import { nameOf, type Placement } from "../../change-requests/index.ts";
import { type Message, shortMessage } from "./message.ts";
import { bold, lines, plain, richText, unescapeMrkdwn } from "./rich-text.ts";

const WHY_MOVED: Readonly<Record<NonNullable<Placement["moved"]>, string>> = {
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

/** In the place of a card or a message of its thread that may not be read here any more. */
const STUBS = {
  moved: "has moved to another channel",
  reposted: "is shown by a newer message",
  hidden: "is not shown here any more",
} as const;

export function stubOf(requestId: number, why: keyof typeof STUBS): Message {
  const name = nameOf(requestId);
  return shortMessage(`${name} ${STUBS[why]}`, [bold(name), plain(` ${STUBS[why]}.`)]);
}

/** The summary of a card and its buttons, if Slack refuses the rest. */
export function withoutDetails({ text, blocks }: Message): Message {
  const buttons = blocks.filter(({ type }) => type === "actions");
  const said = richText(
    lines([plain(unescapeMrkdwn(text))], [plain("The rest of this card could not be shown.")]),
  );
  return { text, blocks: [said, ...buttons] };
}

/** An outcome, for a requester who may hear of no subject any more. */
export function hasChanged(requestId: number): Message {
  const name = nameOf(requestId);
  return shortMessage(`${name} has changed`, [
    bold(name),
    plain(" has changed. Ask a lead about it: you are no longer in a group that may be told more."),
  ]);
}

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
    plain(` is in a restricted channel, because ${WHY_MOVED[why]}.`),
  ]);
}
