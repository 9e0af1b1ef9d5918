import { type Kysely, sql } from "kysely";
import type { JobFailureRepository } from "../change-requests/index.ts";
import type { Tables } from "./tables.ts";

const FAILURE = [
  ...(["key", "kind", "request_id as requestId", "faults"] as const),
  ...(["last_error_code as errorCode", "reference", "given_up_at as givenUpAt"] as const),
];

/** Records of failed work in one list. */
const MOST_LISTED = 10;

export function createJobFailureRepository(db: Kysely<Tables>): JobFailureRepository {
  return {
    addFault: ({ key, kind, requestId, errorCode, reference, isFirst = false, at }) =>
      db
        .insertInto("job_failures")
        .values({
          key,
          kind,
          request_id: requestId,
          faults: 1,
          last_error_code: errorCode,
          reference,
          first_at: at,
          last_at: at,
          given_up_at: null,
        })
        .onConflict((conflict) =>
          conflict.column("key").doUpdateSet({
            faults: isFirst ? 1 : sql<number>`job_failures.faults + 1`,
            last_error_code: errorCode,
            last_at: at,
          }),
        )
        .returning(FAILURE)
        .executeTakeFirstOrThrow(),

    async lock(key) {
      const query = db.selectFrom("job_failures").select(FAILURE).where("key", "=", key).forUpdate();
      return (await query.executeTakeFirst()) ?? null;
    },

    async giveUp(key, at) {
      await db.updateTable("job_failures").set({ given_up_at: at }).where("key", "=", key).execute();
    },

    async remove(key, { failedUntil = null } = {}) {
      const row = await db
        .deleteFrom("job_failures")
        .where("key", "=", key)
        .$if(failedUntil !== null, (some) => some.where("last_at", "<=", failedUntil ?? new Date(0)))
        .returning(FAILURE)
        .executeTakeFirst();
      return row ?? null;
    },

    async keys() {
      const rows = await db.selectFrom("job_failures").select("key").execute();
      return rows.map(({ key }) => key);
    },

    givenUpOf: (requestId) =>
      db
        .selectFrom("job_failures")
        .select(FAILURE)
        .where("request_id", "=", requestId)
        .where("given_up_at", "is not", null)
        .orderBy("given_up_at")
        .orderBy("key")
        .execute(),

    givenUpAmong: (kinds) =>
      db
        .selectFrom("job_failures")
        .select(FAILURE)
        .where("kind", "in", [...kinds])
        .where("given_up_at", "is not", null)
        .orderBy("given_up_at")
        .orderBy("key")
        .limit(MOST_LISTED)
        .execute(),

    async contact(requestId) {
      const row = await db
        .selectFrom("change_requests")
        .select(["state", "requester_slack_id", "channel_id", "thread_ts"])
        .where("id", "=", requestId)
        .executeTakeFirst();
      if (!row) return null;
      const targets = await db
        .selectFrom("targets")
        .select("username")
        .where("request_id", "=", requestId)
        .limit(2)
        .execute();
      return {
        state: row.state,
        slackUserId: row.requester_slack_id,
        place: { channelId: row.channel_id, threadTs: row.thread_ts },
        subject: targets.length === 1 ? (targets[0]?.username ?? null) : null,
      };
    },

    async draftContact(draftId) {
      const row = await db
        .selectFrom("bulk_drafts")
        .select(["opener_slack_id", "channel_id", "thread_ts"])
        .where("id", "=", draftId)
        .executeTakeFirst();
      if (!row) return null;
      return {
        slackUserId: row.opener_slack_id,
        place: { channelId: row.channel_id, threadTs: row.thread_ts },
      };
    },
  };
}
