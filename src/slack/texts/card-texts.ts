import { nameOf, type Placement } from "../../change-requests/index.ts";
import { ACTION_IDS } from "../ids/registrations.ts";
import { type Message, shortMessage } from "./message.ts";
import { bold, lines, plain, richText, unescapeMrkdwn } from "./rich-text.ts";

const WHY_MOVED: Readonly<Record<NonNullable<Placement["moved"]>, string>> = {
  subject_present: "the user is in the channel where you made the request",
  subject_unmapped:
    "the user has no known Slack account and may be a member of the channel where you made the request",
  not_visible: "the bot is not in the channel where you made the request",
  not_configured: "the channel where you made the request isn't set up for requests",
  archived: "the channel where you made the request is archived",
  bot_not_member: "the bot is not a member of the channel where you made the request",
  public: "the channel where you made the request is public",
  shared: "the channel where you made the request is shared with another company",
  outsiders: "the channel where you made the request has a guest or a member from another company",
};

/** The texts that replace a card, or a message of its thread, if the channel must no longer show it. */
const STUBS = {
  moved: "has moved to another channel",
  reposted: "is now shown in a newer message",
  hidden: "is no longer shown here",
} as const;

export function stubOf(requestId: number, why: keyof typeof STUBS): Message {
  const name = nameOf(requestId);
  return shortMessage(`${name} ${STUBS[why]}`, [bold(name), plain(` ${STUBS[why]}.`)]);
}

/** The summary of a card and its buttons, if Slack refuses the rest. */
export function withoutDetails({ text, blocks }: Message): Message {
  const buttons = blocks.filter((block) => block.type === "actions");
  const has = (id: string) =>
    buttons.some(({ elements }) => elements.some((each) => "action_id" in each && each.action_id === id));
  const first = has(ACTION_IDS.list) ? "Get the list of users" : "Look up the user";
  const missing = has(ACTION_IDS.approve)
    ? `⚠️ The reason and the warnings can't be shown. ${first} and ask the requester before you approve.`
    : "The rest of this card could not be shown.";
  const said = richText(lines([plain(unescapeMrkdwn(text))], [plain(missing)]));
  return { text, blocks: [said, ...buttons] };
}

/** The outcome for a requester who must no longer learn about subjects. */
export function hasChanged(requestId: number): Message {
  const name = nameOf(requestId);
  return shortMessage(`${name} has changed`, [
    bold(name),
    plain(
      " has changed. You can no longer look up users, so the details are not shown. Ask a colleague who can.",
    ),
  ]);
}

/** Tells the requester, in the first channel, that the request moved; it gives no reason. */
export function movedLine(requestId: number): Message {
  const name = nameOf(requestId);
  return shortMessage(`${name} is in another channel`, [
    bold(name),
    plain(" is handled in another channel."),
  ]);
}

/** Why the card of a request is in a restricted channel, for the requester alone. */
export function movedReason(requestId: number, why: NonNullable<Placement["moved"]>): Message {
  const name = nameOf(requestId);
  return shortMessage(`Why ${name} is in a restricted channel`, [
    bold(name),
    plain(` is in a restricted channel, because ${WHY_MOVED[why]}.`),
  ]);
}
