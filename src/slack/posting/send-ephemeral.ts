import type { Place } from "../../change-requests/index.ts";
import { plainForms } from "../messages/plain-form.ts";
import type { Message } from "../texts/message.ts";
import { type SlackApi, slackErrorCode } from "../web-api/slack-api.ts";
import { slackFailure } from "../web-api/slack-failure.ts";
import { isContentRefused, isSlackOutage } from "../web-api/slack-outage.ts";
import { SHOWN_AS_IS } from "./post-once.ts";
import { NO_CONVERSATION } from "./tell-directly.ts";

/** Shows a message to one person in a channel, and to nobody else. */
export type SendEphemeral = (slackUserId: string, place: Place, message: Message) => Promise<void>;

/** Slack's refusals of any ephemeral message to a person in a channel. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  "user_not_in_channel",
  "channel_not_found",
  "not_in_channel",
  "is_archived",
  "is_inactive",
]);

const NOT_SHOWN = "The rest of this answer could not be shown.";

/**
 * Makes the function that shows an ephemeral message in the channel where a person acted. If Slack refuses the channel,
 * for instance because the person left it, they get a direct message. If Slack refuses the content, for instance a
 * table, they get its plain text; if Slack refuses that too, its summary.
 */
export function createSendEphemeral(options: {
  api: SlackApi;
  log: (what: string, error: unknown) => void;
}): SendEphemeral {
  const { api, log } = options;
  return async function sendEphemeral(slackUserId, place, message) {
    for (const form of [message, ...plainForms(message)]) if (await isTaken(slackUserId, place, form)) return;
    await deliver(slackUserId, place, { text: `${message.text}. ${NOT_SHOWN}`, blocks: [] });
  };

  /** Delivers a message; resolves to `false` if Slack refuses its content. */
  async function isTaken(slackUserId: string, place: Place, message: Message): Promise<boolean> {
    try {
      await deliver(slackUserId, place, message);
      return true;
    } catch (error) {
      if (!isContentRefused(error)) throw error;
      log("Slack refused the content of an answer.", error);
      return false;
    }
  }

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
      await sendInstead(slackUserId, message);
    }
  }

  async function sendInstead(slackUserId: string, message: Message): Promise<void> {
    try {
      await api.posting.chat.postMessage({ channel: slackUserId, ...message, ...SHOWN_AS_IS });
    } catch (error) {
      if (!NO_CONVERSATION.includes(slackErrorCode(error) ?? "")) throw error;
      log("A person could not be told the answer to what they did.", error);
    }
  }
}

/** Whether Slack refuses a message in this channel, and may accept it in another. */
function isRefusedThere(error: unknown): boolean {
  const { kind, code } = slackFailure(error);
  if (kind !== "refused" || isContentRefused(error)) return false;
  return UNREACHABLE.has(code) || code.startsWith("restricted_action") || !isSlackOutage(error);
}
