import { type Kysely, type Selectable, sql } from "kysely";
import type { Freeze, FreezeRepository } from "../change-requests/index.ts";
import type { Tables } from "./tables.ts";

/** Claims take this lock in shared mode, and a freeze in exclusive mode. No write is claimed while a freeze commits. */
const FREEZE_LOCK = 4_202;

const COLUMNS = ["by_slack_id", "by_email", "frozen_at", "reason"] as const;
type FreezeRow = Pick<Selectable<Tables["write_freeze"]>, (typeof COLUMNS)[number]>;

export function createFreezeRepository(db: Kysely<Tables>): FreezeRepository {
  async function read() {
    return toFreeze(await db.selectFrom("write_freeze").select(COLUMNS).executeTakeFirst());
  }

  return {
    async current({ forChange }) {
      if (forChange) {
        await sql`select pg_advisory_xact_lock(${FREEZE_LOCK})`.execute(db);
        return read();
      }
      const columns = sql.join(COLUMNS.map((column) => sql.ref(column)));
      const query = sql<FreezeRow>`select ${columns} from current_freeze(${FREEZE_LOCK})`;
      return toFreeze((await query.execute(db)).rows[0]);
    },

    read,

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

function toFreeze(row: FreezeRow | undefined): Freeze | null {
  if (!row) return null;
  const by = { slackUserId: row.by_slack_id, email: row.by_email };
  return { by, at: row.frozen_at, reason: row.reason };
}
