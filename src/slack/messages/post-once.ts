import type { MessageMetadata } from "@slack/types";
import type { Place } from "../../change-requests/index.ts";
import { asJson, canonicalJson, sha256 } from "../../kernel/canonical-json.ts";
import type { PostLedger } from "../../persistence/index.ts";
import { type SlackApi, slackErrorCode } from "../slack-api.ts";
import type { Message } from "./message.ts";

/** Posts each message once, whatever happens in between: Slack has no idempotency key of its own. */
export interface Poster {
  /** Posts under a key, or finds what was posted under it; resolves to the message's timestamp. */
  post(key: string, place: Place, message: Message): Promise<string>;
  /** Brings a posted message up to date; `false` if it is gone or can't be changed any more. */
  update(key: string, at: { channelId: string; ts: string }, message: Message): Promise<boolean>;
}

const METADATA_TYPE = "incydr_chatops_post";
/** Slack's answers for a message that has to be posted anew. */
const GONE = [
  "message_not_found",
  "cant_update_message",
  "is_archived",
  "is_inactive",
  "channel_not_found",
  "not_in_channel",
];

export function createPoster({ api, ledger }: { api: SlackApi; ledger: PostLedger }): Poster {
  return {
    async post(key, place, message) {
      const known = await ledger.find(key);
      if (known?.ts) return known.ts;
      const contentHash = hashOf(message);
      // Begun but not known to be posted: only the channel's history tells.
      const earlier = known ? await findPosted(key, known, known.begunAt) : null;
      if (earlier) {
        await ledger.posted(key, earlier, contentHash);
        return earlier;
      }
      await ledger.begin(key, place);
      const { ts } = await api.posting.chat.postMessage({
        channel: place.channelId,
        ...(place.threadTs ? { thread_ts: place.threadTs } : {}),
        ...message,
        mrkdwn: false,
        unfurl_links: false,
        unfurl_media: false,
        metadata: metadataOf(key),
      });
      if (!ts) throw new Error(`Slack gave no timestamp for the message ${key}.`);
      await ledger.posted(key, ts, contentHash);
      return ts;
    },

    async update(key, { channelId, ts }, message) {
      const contentHash = hashOf(message);
      if ((await ledger.find(key))?.contentHash === contentHash) return true;
      try {
        await api.posting.chat.update({ channel: channelId, ts, ...message, metadata: metadataOf(key) });
      } catch (error) {
        if (GONE.includes(slackErrorCode(error) ?? "")) return false;
        throw error;
      }
      await ledger.posted(key, ts, contentHash);
      return true;
    },
  };

  async function findPosted(
    key: string,
    { channelId, threadTs }: Place,
    since: Date,
  ): Promise<string | null> {
    // Slack's clock and ours may differ a little.
    const oldest = String(since.getTime() / 1000 - 60);
    const where = { channel: channelId, oldest, limit: 200, include_all_metadata: true };
    const { messages = [] } = threadTs
      ? await api.reading.conversations.replies({ ...where, ts: threadTs })
      : await api.reading.conversations.history(where);
    const found = messages.find(({ metadata }) => {
      const payload: { key?: unknown } | undefined = metadata?.event_payload;
      return metadata?.event_type === METADATA_TYPE && payload?.key === key;
    });
    return found?.ts ?? null;
  }
}

function metadataOf(key: string): MessageMetadata {
  return { event_type: METADATA_TYPE, event_payload: { key } };
}

function hashOf({ text, blocks }: Message): string {
  return sha256(canonicalJson({ text, blocks: asJson(blocks) }));
}
