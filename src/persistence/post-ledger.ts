import { type Kysely, type Selectable, sql } from "kysely";
import type { Tables } from "./schema.ts";

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
export interface PostLedger {
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

/** Makes the ledger; `withLock` runs work while nobody else holds the lock of that name. */
export function createPostLedger(db: Kysely<Tables>, withLock: PostLedger["withKey"]): PostLedger {
  return {
    async find(key) {
      const row = await db.selectFrom("slack_posts").selectAll().where("key", "=", key).executeTakeFirst();
      return row ? toPost(row) : null;
    },

    async findAll(prefix) {
      const rows = await db
        .selectFrom("slack_posts")
        .selectAll()
        .where((where) => where.fn("starts_with", ["key", where.val(prefix)]), "=", true)
        .execute();
      return rows.map((row) => ({ key: row.key, ...toPost(row) }));
    },

    async begin(key, { channelId, threadTs }) {
      const values = {
        channel_id: channelId,
        thread_ts: threadTs,
        ts: null,
        content_hash: null,
        begun_at: sql<Date>`current_instant()`,
        update_refused_at: null,
      };
      await db
        .insertInto("slack_posts")
        .values({ key, ...values })
        .onConflict((conflict) => conflict.column("key").doUpdateSet(values))
        .execute();
    },

    async posted(key, ts, contentHash) {
      await db
        .updateTable("slack_posts")
        .set({ ts, content_hash: contentHash, update_refused_at: null })
        .where("key", "=", key)
        .execute();
    },

    async updateRefused(key) {
      const since = sql<Date>`coalesce(update_refused_at, current_instant())`;
      const row = await db
        .updateTable("slack_posts")
        .set({ update_refused_at: since })
        .where("key", "=", key)
        .returning(
          sql<number>`(extract(epoch from current_instant() - update_refused_at) * 1000)::float8`.as("ms"),
        )
        .executeTakeFirst();
      return row?.ms ?? 0;
    },

    async forget(key) {
      await db.deleteFrom("slack_posts").where("key", "=", key).execute();
    },

    withKey: (key, work) => withLock(`post ${key}`, work),
  };
}

function toPost(row: Selectable<Tables["slack_posts"]>): Post {
  return {
    channelId: row.channel_id,
    threadTs: row.thread_ts,
    ts: row.ts,
    contentHash: row.content_hash,
    begunAt: row.begun_at,
  };
}
