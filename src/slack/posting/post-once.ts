import type { MessageMetadata } from "@slack/types";
import type { Place } from "../../change-requests/index.ts";
import { asJson, canonicalJson, sha256 } from "../../kernel/canonical-json.ts";
import type { Message } from "../texts/message.ts";
import { type SlackApi, slackErrorCode, UnexpectedAnswerError } from "../web-api/slack-api.ts";
import type { Post, PostedMessages } from "./posted-messages.ts";

/** A message of which it is known that it was posted. */
type KnownPost = Post & { readonly ts: string };

/** Posts each message once, whatever happens in between: Slack has no idempotency key of its own. */
export interface Poster {
  /** What was posted under a key; looks into the channel where it isn't known whether it was. */
  find(key: string): Promise<KnownPost | null>;
  /** Posts under a key, or finds what was posted under it; resolves to the message's timestamp. */
  post(key: string, place: Place, message: Message): Promise<string>;
  /**
   * Brings a posted message up to date; `false` if it is gone or can't be changed any more, and has to be posted anew.
   * @throws if the channel can't be used, or Slack can't change the message for now: it is still there later.
   */
  update(key: string, at: { channelId: string; ts: string }, message: Message): Promise<boolean>;
}

const METADATA_TYPE = "incydr_chatops_post";
/** Slack's answers for a message that has to be posted anew. */
export const MESSAGE_GONE: readonly string[] = [
  "message_not_found",
  "cant_update_message",
  "thread_not_found",
];
/** Slack's answers for a channel that can't be used now. Its messages are still there when it can be used again. */
export const CHANNEL_REFUSALS: readonly string[] = [
  "is_archived",
  "is_inactive",
  "channel_not_found",
  "not_in_channel",
];
/**
 * Slack's answers for a message that it won't let the bot change any more, wherever it stands and whatever it is to
 * show: https://docs.slack.dev/reference/methods/chat.update
 */
const UPDATE_REFUSALS: readonly string[] = [
  "edit_window_closed",
  "msg_too_long",
  "msg_blocks_too_long",
  "message_limit_exceeded",
];
/** For how long Slack may answer `update_failed` before the message counts as one that can't be changed, in milliseconds. */
const UPDATE_FAILED_MS = 10 * 60_000;
/** A message arrives within seconds of its being begun; the rest is for clocks that differ. In milliseconds. */
const LEEWAY_MS = 5 * 60_000;

export function createPoster({
  api,
  postedMessages,
}: {
  api: SlackApi;
  postedMessages: PostedMessages;
}): Poster {
  const poster: Poster = {
    find,

    async post(key, place, message) {
      const earlier = await find(key);
      if (earlier) {
        // One that was found in the channel's history may show what was true before a crash.
        const isCurrent = earlier.contentHash !== null || earlier.channelId !== place.channelId;
        if (isCurrent || (await poster.update(key, earlier, message))) return earlier.ts;
      }
      await postedMessages.begin(key, place);
      const { ts } = await api.posting.chat.postMessage({
        channel: place.channelId,
        ...(place.threadTs ? { thread_ts: place.threadTs } : {}),
        ...message,
        mrkdwn: false,
        unfurl_links: false,
        unfurl_media: false,
        metadata: metadataOf(key),
      });
      if (!ts) throw new UnexpectedAnswerError("chat.postMessage", "ts");
      await postedMessages.posted(key, ts, hashOf(message));
      return ts;
    },

    async update(key, { channelId, ts }, message) {
      const contentHash = hashOf(message);
      if ((await postedMessages.find(key))?.contentHash === contentHash) return true;
      try {
        await api.posting.chat.update({ channel: channelId, ts, ...message, metadata: metadataOf(key) });
      } catch (error) {
        const code = slackErrorCode(error) ?? "";
        if (MESSAGE_GONE.includes(code) || isUpdateRefused(code)) return false;
        if (code === "update_failed" && (await postedMessages.updateRefused(key)) >= UPDATE_FAILED_MS)
          return false;
        throw error;
      }
      await postedMessages.posted(key, ts, contentHash);
      return true;
    },
  };
  return poster;

  async function find(key: string): Promise<KnownPost | null> {
    const known = await postedMessages.find(key);
    if (!known) return null;
    // Begun but not known to be posted: only the channel's history tells, and not what the message shows.
    const ts = known.ts ?? (await tsInHistory(key, known));
    if (ts && !known.ts) await postedMessages.posted(key, ts, null);
    return ts ? { ...known, ts } : null;
  }

  async function tsInHistory(key: string, { channelId, threadTs, begunAt }: Post): Promise<string | null> {
    const where = {
      channel: channelId,
      oldest: String((begunAt.getTime() - LEEWAY_MS) / 1000),
      latest: String((begunAt.getTime() + LEEWAY_MS) / 1000),
      limit: 200,
      include_all_metadata: true,
    };
    let cursor = "";
    try {
      do {
        const page = { ...where, ...(cursor ? { cursor } : {}) };
        const { messages, response_metadata } = threadTs
          ? await api.reading.conversations.replies({ ...page, ts: threadTs })
          : await api.reading.conversations.history(page);
        if (!messages) throw new UnexpectedAnswerError("conversations.history", "messages");
        const found = messages.find(({ metadata }) => {
          const payload: { key?: unknown } | undefined = metadata?.event_payload;
          return metadata?.event_type === METADATA_TYPE && payload?.key === key;
        });
        if (found?.ts) return found.ts;
        cursor = response_metadata?.next_cursor ?? "";
      } while (cursor);
    } catch (error) {
      // Where nothing can be read any more, nothing can be brought up to date either.
      const code = slackErrorCode(error) ?? "";
      if (!MESSAGE_GONE.includes(code) && !CHANNEL_REFUSALS.includes(code)) throw error;
    }
    return null;
  }
}

/** Whether Slack says that it won't let the bot change a message any more. */
export function isUpdateRefused(code: string): boolean {
  return UPDATE_REFUSALS.includes(code) || code.startsWith("restricted_action");
}

function metadataOf(key: string): MessageMetadata {
  return { event_type: METADATA_TYPE, event_payload: { key } };
}

function hashOf({ text, blocks }: Message): string {
  return sha256(canonicalJson({ text, blocks: asJson(blocks) }));
}
