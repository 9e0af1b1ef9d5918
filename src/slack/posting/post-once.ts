import type { MessageMetadata } from "@slack/types";
import type { Place } from "../../change-requests/index.ts";
import { asJson, canonicalJson, sha256 } from "../../kernel/canonical-json.ts";
import type { Message } from "../texts/message.ts";
import { type Cursor, pagesOf, slackErrorCode, UnexpectedAnswerError } from "../web-api/slack-api.ts";
import type { Post, PostingDeps } from "./posted-messages.ts";

type KnownPost = Post & { readonly ts: string };

/** Posts each message once, also after a crash. Slack has no idempotency key. */
export interface Poster {
  /** The message of a key. If the bot stopped while it posted, searches the channel's history. */
  find(key: string): Promise<KnownPost | null>;
  /** Posts under a key, or finds the earlier message of the key; resolves to its `ts`. */
  post(key: string, place: Place, message: Message): Promise<string>;
  /**
   * Updates a posted message; resolves to `false` if the message is gone or Slack never takes an update of it again.
   * @throws if the channel can't be used or Slack can't update for now, and a later update may succeed
   */
  update(key: string, at: { channelId: string; ts: string }, message: Message): Promise<boolean>;
}

const METADATA_TYPE = "incydr_chatops_post";
/** Slack's refusals of an update after which the bot posts a new message. */
export const MESSAGE_GONE: readonly string[] = [
  "message_not_found",
  "cant_update_message",
  "thread_not_found",
];
/** Slack's refusals for a channel that the bot can't use now. Its messages remain. */
export const CHANNEL_REFUSALS: readonly string[] = [
  "is_archived",
  "is_inactive",
  "channel_not_found",
  "not_in_channel",
];
/** Slack's permanent refusals of any update of a message: https://docs.slack.dev/reference/methods/chat.update */
const UPDATE_REFUSALS: readonly string[] = [
  "edit_window_closed",
  "msg_too_long",
  "msg_blocks_too_long",
  "message_limit_exceeded",
];
/** If Slack answers `update_failed` for this long, the refusal counts as permanent. */
const UPDATE_FAILED_MS = 10 * 60_000;
/** The search range around the start of a post: seconds for the call, the rest for clocks that differ. */
const LEEWAY_MS = 5 * 60_000;

/** The arguments of `chat.postMessage` by which Slack shows a text as it is. */
export const SHOWN_AS_IS = { mrkdwn: false, unfurl_links: false, unfurl_media: false } as const;

export function createPoster({ api, postedMessages }: PostingDeps): Poster {
  const poster: Poster = {
    find,

    async post(key, place, message) {
      const earlier = await find(key);
      if (earlier) {
        // A message from the channel's history may show the state before a crash.
        const isCurrent = earlier.contentHash !== null || earlier.channelId !== place.channelId;
        if (isCurrent || (await poster.update(key, earlier, message))) return earlier.ts;
      }
      await postedMessages.begin(key, place);
      const { ts } = await api.posting.chat.postMessage({
        channel: place.channelId,
        ...(place.threadTs ? { thread_ts: place.threadTs } : {}),
        ...message,
        ...SHOWN_AS_IS,
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
    // The history shows whether the message was posted, but its content is not compared.
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
    const readPage = (cursor: Cursor) =>
      threadTs
        ? api.reading.conversations.replies({ ...where, ...cursor, ts: threadTs })
        : api.reading.conversations.history({ ...where, ...cursor });
    try {
      for await (const { messages } of pagesOf(readPage)) {
        if (!messages) throw new UnexpectedAnswerError("conversations.history", "messages");
        const found = messages.find(({ metadata }) => {
          const payload: { key?: unknown } | undefined = metadata?.event_payload;
          return metadata?.event_type === METADATA_TYPE && payload?.key === key;
        });
        if (found?.ts) return found.ts;
      }
    } catch (error) {
      // If the bot can't read the channel or the thread, it can't update a message there either.
      const code = slackErrorCode(error) ?? "";
      if (!MESSAGE_GONE.includes(code) && !CHANNEL_REFUSALS.includes(code)) throw error;
    }
    return null;
  }
}

/** Whether a code of Slack is a permanent refusal of any update. */
export function isUpdateRefused(code: string): boolean {
  return UPDATE_REFUSALS.includes(code) || code.startsWith("restricted_action");
}

function metadataOf(key: string): MessageMetadata {
  return { event_type: METADATA_TYPE, event_payload: { key } };
}

function hashOf({ text, blocks }: Message): string {
  return sha256(canonicalJson({ text, blocks: asJson(blocks) }));
}
