import { nameOf } from "../../change-requests/index.ts";
import { type Message, shortMessage } from "./message.ts";
import { bold, lines, plain, richText, unescapeMrkdwn } from "./rich-text.ts";

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
