import { type Kysely, sql } from "kysely";
import type { GroupRepository } from "../authorization/index.ts";
import type { Tables } from "./tables.ts";

/** The lock for changing the stored groups. */
const GROUPS_LOCK = 4_205;

export function createGroupRepository(db: Kysely<Tables>): GroupRepository {
  return {
    async known(handles) {
      await sql`select pg_advisory_xact_lock(${GROUPS_LOCK})`.execute(db);
      if (handles.length === 0) return [];
      const groups = await db.selectFrom("user_groups").selectAll().where("handle", "in", handles).execute();
      const members = await db
        .selectFrom("group_members")
        .selectAll()
        .where("handle", "in", handles)
        .execute();
      return groups.map(({ handle, group_id, read_at, gone }) => ({
        handle,
        groupId: group_id,
        readAt: read_at,
        isGone: gone,
        members: new Map(
          members
            .filter((member) => member.handle === handle)
            .map((each) => [each.slack_user_id, each.since]),
        ),
      }));
    },

    async save({ handle, groupId, readAt, isGone, members }) {
      const row = { group_id: groupId, read_at: readAt, gone: isGone };
      await db
        .insertInto("user_groups")
        .values({ handle, ...row })
        .onConflict((conflict) => conflict.column("handle").doUpdateSet(row))
        .execute();
      const ids = [...members.keys()];
      await db
        .deleteFrom("group_members")
        .where("handle", "=", handle)
        .$if(ids.length > 0, (query) => query.where("slack_user_id", "not in", ids))
        .execute();
      if (ids.length === 0) return;
      await db
        .insertInto("group_members")
        .values([...members].map(([slack_user_id, since]) => ({ handle, slack_user_id, since })))
        .onConflict((conflict) =>
          conflict.columns(["handle", "slack_user_id"]).doUpdateSet({ since: sql`excluded.since` }),
        )
        .execute();
    },
  };
}
