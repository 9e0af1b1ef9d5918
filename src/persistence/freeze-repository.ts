import { type Kysely, sql } from "kysely";
import type { FreezeRepository } from "../change-requests/index.ts";
import type { Tables } from "./schema.ts";

/** Names the lock that claims share and a freeze takes alone: no write is claimed while a freeze commits. */
const FREEZE_LOCK = 4_202;

/** The stop of all writes, within one transaction. */
export function createFreezeRepository(db: Kysely<Tables>): FreezeRepository {
  async function now() {
    const row = await db
      .selectFrom("write_freeze")
      .select(["by_slack_id", "by_email", "frozen_at", "reason"])
      .executeTakeFirst();
    if (!row) return null;
    return {
      by: { slackUserId: row.by_slack_id, email: row.by_email },
      at: row.frozen_at,
      reason: row.reason,
    };
  }

  return {
    async current({ forChange }) {
      if (forChange) await sql`select pg_advisory_xact_lock(${FREEZE_LOCK})`.execute(db);
      else await sql`select pg_advisory_xact_lock_shared(${FREEZE_LOCK})`.execute(db);
      return now();
    },

    now,

    async set(freeze) {
      await db.deleteFrom("write_freeze").execute();
      if (!freeze) return;
      const { by, at, reason } = freeze;
      await db
        .insertInto("write_freeze")
        .values({ by_slack_id: by.slackUserId, by_email: by.email, reason, frozen_at: at })
        .execute();
    },
  };
}
