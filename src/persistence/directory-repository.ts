import { type Kysely, sql } from "kysely";
import { shortened } from "../kernel/shortened.ts";
import { foldName } from "../kernel/visible-text.ts";
import type { DirectoryOrg, DirectoryStore, DirectoryUser } from "../subjects/index.ts";
import type { Tables } from "./tables.ts";

/** Characters of a stored name or id: an entry of an index has at most 2,704 bytes. */
const LONGEST_NAME = 300;
/** Complete readings in a row without a record, after which it is gone. */
const MISSED_BEFORE_GONE = 2;
/** How long a record that is gone is kept, and how long a reading is, in milliseconds. */
const KEPT_MS = { gone: 30 * 86_400_000, reading: 7 * 86_400_000 };

export function createDirectoryStore(db: Kysely<Tables>): DirectoryStore {
  return {
    async saveUsers(users) {
      if (users.length === 0) return;
      await db
        .insertInto("directory_users")
        .values(users.map(userRow))
        .onConflict((conflict) =>
          conflict
            .column("user_id")
            .doUpdateSet((excluded) => ({
              username: excluded.ref("excluded.username"),
              display_name: excluded.ref("excluded.display_name"),
              folded_username: excluded.ref("excluded.folded_username"),
              folded_name: excluded.ref("excluded.folded_name"),
              active: excluded.ref("excluded.active"),
              blocked: excluded.ref("excluded.blocked"),
              org_guid: excluded.ref("excluded.org_guid"),
              org_name: excluded.ref("excluded.org_name"),
              folded_org: excluded.ref("excluded.folded_org"),
              read_at: excluded.ref("excluded.read_at"),
              missed: 0,
              gone_at: null,
            }))
            .whereRef("directory_users.read_at", "<=", "excluded.read_at"),
        )
        .execute();
    },

    async saveOrgs(orgs) {
      if (orgs.length === 0) return;
      await db
        .insertInto("directory_orgs")
        .values(orgs.map(orgRow))
        .onConflict((conflict) =>
          conflict
            .column("org_guid")
            .doUpdateSet((excluded) => ({
              org_name: excluded.ref("excluded.org_name"),
              folded_name: excluded.ref("excluded.folded_name"),
              parent_org_guid: excluded.ref("excluded.parent_org_guid"),
              active: excluded.ref("excluded.active"),
              user_count: excluded.ref("excluded.user_count"),
              read_at: excluded.ref("excluded.read_at"),
              missed: 0,
              gone_at: null,
            }))
            .whereRef("directory_orgs.read_at", "<=", "excluded.read_at"),
        )
        .execute();
    },

    async saveRoles(userId, roles, readAt) {
      const rows = new Map(
        roles.map(({ id, name }) => {
          const role_id = shortened(id, LONGEST_NAME);
          return [role_id, { user_id: userId, role_id, ...namesOf(name, "role_name"), read_at: readAt }];
        }),
      );
      await db.transaction().execute(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable("directory_users")
          .set({ roles_read_at: readAt, roles_tried_at: readAt })
          .where("user_id", "=", userId)
          .where((is) => is.or([is("roles_read_at", "is", null), is("roles_read_at", "<=", readAt)]))
          .executeTakeFirstOrThrow();
        if (numUpdatedRows === 0n) return;
        await tx.deleteFrom("directory_roles").where("user_id", "=", userId).execute();
        if (rows.size > 0)
          await tx
            .insertInto("directory_roles")
            .values([...rows.values()])
            .execute();
      });
    },

    async noteFailedRoles(userId, triedAt) {
      await db
        .updateTable("directory_users")
        .set({ roles_tried_at: triedAt })
        .where("user_id", "=", userId)
        .execute();
    },

    async usersToReadRolesOf({ readBefore, failedBefore }, limit) {
      const { rows } = await sql<{ user_id: string }>`
        select user_id from directory_users
        where gone_at is null and (
          roles_tried_at is null or roles_tried_at < ${readBefore}
          or (roles_tried_at < ${failedBefore} and roles_read_at is distinct from roles_tried_at)
        )
        order by roles_tried_at nulls first, user_id
        limit ${limit}
      `.execute(db);
      return rows.map(({ user_id }) => user_id);
    },

    async lastReading(kind) {
      const row = await db
        .selectFrom("directory_readings")
        .selectAll()
        .where("kind", "=", kind)
        .orderBy("id", "desc")
        .limit(1)
        .executeTakeFirst();
      if (!row) return null;
      const { started_at, finished_at, complete } = row;
      return { kind, startedAt: started_at, finishedAt: finished_at, isComplete: complete };
    },

    async beginReading(kind, startedAt) {
      const { id } = await db
        .insertInto("directory_readings")
        .values({ kind, started_at: startedAt, finished_at: null, total_count: null })
        .returning("id")
        .executeTakeFirstOrThrow();
      return id;
    },

    async noteProgress(readingId, { readCount, totalCount }) {
      await db
        .updateTable("directory_readings")
        .set({ read_count: readCount, total_count: totalCount })
        .where("id", "=", readingId)
        .execute();
    },

    async finishReading(readingId, { isComplete, finishedAt }) {
      await db.transaction().execute(async (tx) => {
        const { kind, started_at } = await tx
          .updateTable("directory_readings")
          .set({ finished_at: finishedAt, complete: isComplete })
          .where("id", "=", readingId)
          .returning(["kind", "started_at"])
          .executeTakeFirstOrThrow();
        await tx
          .deleteFrom("directory_readings")
          .where("started_at", "<", before(finishedAt, KEPT_MS.reading))
          .where("id", "not in", (newest) =>
            newest
              .selectFrom("directory_readings")
              .select((row) => row.fn.max("id").as("id"))
              .where("complete", "=", true)
              .groupBy("kind"),
          )
          .execute();
        if (!isComplete) return;
        const records = kind === "users" ? ("directory_users" as const) : ("directory_orgs" as const);
        await sql`
          update ${sql.table(records)}
          set missed = missed + 1,
              gone_at = case when missed + 1 >= ${MISSED_BEFORE_GONE} then ${finishedAt}::timestamptz end
          where gone_at is null and read_at < ${started_at}
        `.execute(tx);
        await tx.deleteFrom(records).where("gone_at", "<", before(finishedAt, KEPT_MS.gone)).execute();
      });
    },
  };
}

function userRow(user: DirectoryUser) {
  const { userId, username, displayName, active, blocked, orgGuid, orgName, readAt } = user;
  return {
    ...{ user_id: userId, active, blocked, org_guid: orgGuid, read_at: readAt },
    username: shortened(username, LONGEST_NAME),
    folded_username: folded(username),
    display_name: shortened(displayName, LONGEST_NAME),
    folded_name: folded(displayName),
    org_name: orgName === null ? null : shortened(orgName, LONGEST_NAME),
    folded_org: orgName === null ? null : folded(orgName),
    ...{ roles_read_at: null, roles_tried_at: null, gone_at: null },
  };
}

function orgRow(org: DirectoryOrg) {
  const { orgGuid, orgName, parentOrgGuid, active, userCount, readAt } = org;
  return {
    ...{ org_guid: orgGuid, parent_org_guid: parentOrgGuid, active, user_count: userCount },
    ...namesOf(orgName, "org_name"),
    ...{ read_at: readAt, gone_at: null },
  };
}

function namesOf<Column extends string>(name: string, column: Column) {
  const names = { [column]: shortened(name, LONGEST_NAME), folded_name: folded(name) };
  return names as Record<Column | "folded_name", string>; // the two columns
}

/** A name in the form in which the directory compares names. */
export function folded(name: string): string {
  return shortened(foldName(shortened(name, LONGEST_NAME)), LONGEST_NAME);
}

function before(at: Date, ms: number): Date {
  return new Date(at.getTime() - ms);
}
