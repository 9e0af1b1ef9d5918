import type { Place } from "../../change-requests/index.ts";
import type { Message } from "../texts/message.ts";
import { type SlackApi, slackErrorCode } from "../web-api/slack-api.ts";
import { slackFailure } from "../web-api/slack-failure.ts";
import { isContentRefused, isSlackOutage } from "../web-api/slack-outage.ts";
import { NO_CONVERSATION } from "./tell-directly.ts";

/** Says something to one person where they are, and to nobody else. */
export type SendEphemeral = (slackUserId: string, place: Place, message: Message) => Promise<void>;

/** Slack's answers when a person can't be shown anything in a channel, now or later. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  "user_not_in_channel",
  "channel_not_found",
  "not_in_channel",
  "is_archived",
  "is_inactive",
]);

const NOT_SHOWN = "The rest of this answer could not be shown.";

/**
 * Makes the function that tells somebody something in the channel where they acted. If Slack refuses to show it there,
 * for instance because they left the channel, they are told by direct message. They alone read either. If Slack
 * refuses the content, they are told its summary.
 */
export function createSendEphemeral(options: {
  api: SlackApi;
  log: (what: string, error: unknown) => void;
}): SendEphemeral {
  const { api, log } = options;
  return async function sendEphemeral(slackUserId, place, message) {
    try {
      await deliver(slackUserId, place, message);
    } catch (error) {
      if (!isContentRefused(error)) throw error;
      log("Slack refused the content of an answer.", error);
      await deliver(slackUserId, place, { text: `${message.text}. ${NOT_SHOWN}`, blocks: [] });
    }
  };

  async function deliver(slackUserId: string, place: Place, message: Message): Promise<void> {
    try {
      await api.posting.chat.postEphemeral({
        channel: place.channelId,
        user: slackUserId,
        ...(place.threadTs ? { thread_ts: place.threadTs } : {}),
        ...message,
      });
    } catch (error) {
      if (!isRefusedThere(error)) throw error;
      await tellDirectly(slackUserId, message);
    }
  }

  async function tellDirectly(slackUserId: string, message: Message): Promise<void> {
    try {
      await api.posting.chat.postMessage({
        channel: slackUserId,
        ...message,
        mrkdwn: false,
        unfurl_links: false,
        unfurl_media: false,
      });
    } catch (error) {
      if (!NO_CONVERSATION.includes(slackErrorCode(error) ?? "")) throw error;
      log("A person could not be told the answer to what they did.", error);
    }
  }
}

/** Whether Slack refuses to show it in this channel, and may show it elsewhere. */
function isRefusedThere(error: unknown): boolean {
  const { kind, code } = slackFailure(error);
  if (kind !== "refused" || isContentRefused(error)) return false;
  return UNREACHABLE.has(code) || code.startsWith("restricted_action") || !isSlackOutage(error);
}
