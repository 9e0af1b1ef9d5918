/** A message that the bot posted, or was about to post when it was interrupted (`ts` is `null`). */
export interface Post {
  readonly channelId: string;
  readonly threadTs: string | null;
  readonly ts: string | null;
  /** Of what it shows; `null` if that isn't known. */
  readonly contentHash: string | null;
  readonly begunAt: Date;
}

/** Remembers under a key what was posted to Slack. */
export interface PostedMessages {
  find(key: string): Promise<Post | null>;
  /** Everything whose key begins so. */
  findAll(prefix: string): Promise<readonly (Post & { readonly key: string })[]>;
  /** Notes that a message is about to be posted there; replaces what stood under the key. */
  begin(key: string, place: { channelId: string; threadTs: string | null }): Promise<void>;
  /** Notes that it was, or was brought up to date, and what it shows, if that is known. */
  posted(key: string, ts: string, contentHash: string | null): Promise<void>;
  /**
   * Notes that Slack refused to bring it up to date; resolves to for how many milliseconds it has, without an update in
   * between.
   */
  updateRefused(key: string): Promise<number>;
  /** Forgets what was posted, so that it can be posted elsewhere. */
  forget(key: string): Promise<void>;
  /** Runs `work` while nobody else works on a message of this key. */
  withKey<T>(key: string, work: () => Promise<T>): Promise<T>;
}
