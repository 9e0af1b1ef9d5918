import { type Kysely, sql } from "kysely";
import type { Tables } from "./tables.ts";

const POST = [
  ...(["key", "channel_id as channelId", "thread_ts as threadTs", "ts"] as const),
  ...(["content_hash as contentHash", "begun_at as begunAt"] as const),
];

/** Creates the store of posted messages. `withLock` runs work while no other caller holds the lock of that name. */
export function createPostedMessages(
  db: Kysely<Tables>,
  withLock: <T>(name: string, work: () => Promise<T>) => Promise<T>,
) {
  return {
    async find(key: string) {
      const query = db.selectFrom("slack_posts").select(POST).where("key", "=", key);
      return (await query.executeTakeFirst()) ?? null;
    },

    findAll: (prefix: string) =>
      db
        .selectFrom("slack_posts")
        .select(POST)
        .where((where) => where.fn("starts_with", ["key", where.val(prefix)]), "=", true)
        .execute(),

    async begin(key: string, { channelId, threadTs }: { channelId: string; threadTs: string | null }) {
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

    async posted(key: string, ts: string, contentHash: string | null) {
      await db
        .updateTable("slack_posts")
        .set({ ts, content_hash: contentHash, update_refused_at: null })
        .where("key", "=", key)
        .execute();
    },

    async updateRefused(key: string) {
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

    async forget(key: string) {
      await db.deleteFrom("slack_posts").where("key", "=", key).execute();
    },

    withKey: <T>(key: string, work: () => Promise<T>) => withLock(`post ${key}`, work),
  };
}
