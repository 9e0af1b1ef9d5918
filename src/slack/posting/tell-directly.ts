import type { Message } from "../texts/message.ts";
import { slackErrorCode } from "../web-api/slack-api.ts";
import type { Poster } from "./post-once.ts";
import type { PostedMessages } from "./posted-messages.ts";

/** Slack's refusals of a direct conversation with a person. */
export const NO_CONVERSATION: readonly string[] = [
  "user_not_found",
  "user_disabled",
  "channel_not_found",
  "messages_tab_disabled",
  "cannot_dm_bot",
  "user_not_visible",
];

/** Sends one person a direct message, once under each key. */
export type TellDirectly = (key: string, slackUserId: string, message: Message) => Promise<void>;

export function createTellDirectly({
  poster,
  postedMessages,
  log,
}: {
  poster: Poster;
  postedMessages: Pick<PostedMessages, "withKey">;
  log: (what: string, error: unknown) => void;
}): TellDirectly {
  return async (key, slackUserId, message) => {
    try {
      await postedMessages.withKey(key, () =>
        poster.post(key, { channelId: slackUserId, threadTs: null }, message),
      );
    } catch (error) {
      // If Slack refuses the conversation, the message is dropped: the person may have left, and a retry would fail
      // too.
      if (!NO_CONVERSATION.includes(slackErrorCode(error) ?? "")) throw error;
      log("A person could not be told by direct message.", error);
    }
  };
}
