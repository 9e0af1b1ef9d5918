import type { KnownBlock } from "@slack/types";
import type { RequestDisplay, Words } from "../../change-requests/index.ts";
import type { Message } from "../texts/message.ts";
import { noticeMessage } from "../texts/notice.ts";
import { createRequestMessages, type RequestMessagesOptions } from "./request-messages.ts";
import { createSendEphemeral } from "./send-ephemeral.ts";

/** Shows requests as cards, with what came to pass in their threads. */
export function createRequestDisplay(options: RequestMessagesOptions): RequestDisplay {
  const sendEphemeral = createSendEphemeral(options);
  return {
    ...createRequestMessages(options),

    sendEphemeral: (slackUserId, place, said) =>
      sendEphemeral(slackUserId, place, "kind" in said ? noticeMessage(said) : messageOf(said)),
  };
}

function messageOf({ text, blocks }: Words): Message {
  return { text, blocks: blocks as unknown as KnownBlock[] }; // written by a version of this bot
}
