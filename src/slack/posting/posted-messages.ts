import type { SlackApi } from "../web-api/slack-api.ts";

/** A message that the bot posted. `ts` is `null` if the bot stopped before it had Slack's response. */
export interface Post {
  readonly channelId: string;
  readonly threadTs: string | null;
  readonly ts: string | null;
  /** The hash of the shown content; `null` if it is unknown. */
  readonly contentHash: string | null;
  readonly begunAt: Date;
}

/** The store of the messages that the bot posted to Slack, one under each key. */
export interface PostedMessages {
  find(key: string): Promise<Post | null>;
  /** Every message whose key begins with the prefix. */
  findAll(prefix: string): Promise<readonly (Post & { readonly key: string })[]>;
  /** Records that the bot is about to post a message; replaces the earlier record of the key. */
  begin(key: string, place: { channelId: string; threadTs: string | null }): Promise<void>;
  /** Records that the message was posted or updated. */
  posted(key: string, ts: string, contentHash: string | null): Promise<void>;
  /** Records a refused update; resolves to the milliseconds since the first refusal after the last update. */
  updateRefused(key: string): Promise<number>;
  /** Deletes the record, so that the message can be posted elsewhere. */
  forget(key: string): Promise<void>;
  /** Runs `work` under a lock of this key, which all replicas share. */
  withKey<T>(key: string, work: () => Promise<T>): Promise<T>;
}

export interface PostingDeps {
  readonly api: SlackApi;
  readonly postedMessages: PostedMessages;
}
