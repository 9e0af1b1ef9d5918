import { type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import { shortened } from "../kernel/shortened.ts";
import { foldName } from "../kernel/visible-text.ts";
import type { DirectoryOrg, DirectoryStore, DirectoryUser, RoleRef } from "../subjects/index.ts";
import type { Tables } from "./tables.ts";

/** Characters of a stored name or id: an entry of an index has at most 2,704 bytes. */
const LONGEST_NAME = 300;
/** Complete readings in a row without a record, after which it is gone. */
const MISSED_BEFORE_GONE = 2;
/** Organizations in one statement. PostgreSQL accepts at most 65,535 parameters. */
const ORGS_IN_A_STATEMENT = 1_000;
/**
 * If a stored time is later than a reading by more than this, in milliseconds, the database's clock was ahead when the
 * record was stored, and the reading is the later one.
 */
const MOST_AHEAD_MS = 3_600_000;
/** How long a record that is gone is kept, and how long a reading is, in milliseconds. */
const KEPT_MS = { gone: 30 * 86_400_000, reading: 7 * 86_400_000 };

export function createDirectoryStore(db: Kysely<Tables>): DirectoryStore {
  /** @param tried the times of a reading; `null` for an update of roles that were read before */
  async function replaceRoles(
    userId: string,
    roles: readonly RoleRef[],
    readAt: Date,
    tried: Pick<Tables["directory_users"], "roles_listed_at" | "roles_tried_at"> | null,
  ): Promise<void> {
    const rows = new Map(
      roles.map(({ id, name }) => {
        const role_id = shortened(id, LONGEST_NAME);
        return [role_id, { user_id: userId, role_id, ...namesOf(name, "role_name"), read_at: readAt }];
      }),
    );
    await db.transaction().execute(async (tx) => {
      const user = await tx
        .selectFrom("directory_users")
        .select("roles_read_at")
        .where("user_id", "=", userId)
        .forUpdate()
        .executeTakeFirst();
      if (!user || (tried === null && user.roles_read_at === null)) return;
      const aheadMs = user.roles_read_at === null ? 0 : user.roles_read_at.getTime() - readAt.getTime();
      const isNewer = aheadMs <= 0 || aheadMs > MOST_AHEAD_MS;
      await tx
        .updateTable("directory_users")
        .set({ ...tried, roles_read_at: isNewer ? readAt : user.roles_read_at })
        .where("user_id", "=", userId)
        .execute();
      if (!isNewer) return;
      await tx.deleteFrom("directory_roles").where("user_id", "=", userId).execute();
      if (rows.size > 0)
        await tx
          .insertInto("directory_roles")
          .values([...rows.values()])
          .execute();
    });
  }

  return {
    async saveUsers(users) {
      if (users.length === 0) return;
      await db
        .insertInto("directory_users")
        .values(users.map((user) => ({ user_id: user.userId, ...userColumns(user), listed_at: user.readAt })))
        .onConflict((conflict) =>
          conflict.column("user_id").doUpdateSet((excluded) => ({
            ...newerUser(),
            listed_at: excluded.ref("excluded.listed_at"),
          })),
        )
        .execute();
    },

    async updateUser(user) {
      const { missed: _, gone_at: _gone, ...columns } = userColumns(user);
      await db
        .updateTable("directory_users")
        .set(columns)
        .where("user_id", "=", user.userId)
        .where(isEarlier(sql.ref("read_at"), sql`${user.readAt}::timestamptz`))
        .execute();
    },

    async saveOrgs(orgs) {
      for (let from = 0; from < orgs.length; from += ORGS_IN_A_STATEMENT)
        await db
          .insertInto("directory_orgs")
          .values(orgs.slice(from, from + ORGS_IN_A_STATEMENT).map(orgRow))
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
              .where(isEarlier(sql.ref("directory_orgs.read_at"), sql.ref("excluded.read_at"))),
          )
          .execute();
    },

    saveRoles: (userId, roles, readAt) =>
      replaceRoles(userId, roles, readAt, { roles_listed_at: readAt, roles_tried_at: readAt }),

    updateRoles: (userId, roles, readAt) => replaceRoles(userId, roles, readAt, null),

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
          or roles_tried_at > ${before(failedBefore, -MOST_AHEAD_MS)}
          or (roles_tried_at < ${failedBefore} and roles_listed_at is distinct from roles_tried_at)
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
        const [records, readAt] =
          kind === "users"
            ? (["directory_users", "listed_at"] as const)
            : (["directory_orgs", "read_at"] as const);
        await sql`
          update ${sql.table(records)}
          set missed = missed + 1,
              gone_at = case when missed + 1 >= ${MISSED_BEFORE_GONE} then ${finishedAt}::timestamptz end
          where gone_at is null and ${sql.ref(readAt)} < ${started_at}
        `.execute(tx);
        await tx.deleteFrom(records).where("gone_at", "<", before(finishedAt, KEPT_MS.gone)).execute();
      });
    },
  };
}

function userColumns(user: DirectoryUser) {
  const { username, displayName, active, blocked, orgGuid, orgName, readAt } = user;
  return {
    ...{ active, blocked, org_guid: orgGuid, read_at: readAt },
    username: shortened(username, LONGEST_NAME),
    folded_username: folded(username),
    display_name: shortened(displayName, LONGEST_NAME),
    folded_name: folded(displayName),
    org_name: orgName === null ? null : shortened(orgName, LONGEST_NAME),
    folded_org: orgName === null ? null : folded(orgName),
    ...{ missed: 0, gone_at: null },
  };
}

/** Whether a stored record is no later than a reading of it. */
function isEarlier(stored: RawBuilder<unknown>, read: RawBuilder<unknown>): RawBuilder<SqlBool> {
  const ahead = sql`${sql.lit(MOST_AHEAD_MS)} * interval '1 millisecond'`;
  return sql`(${stored} <= ${read} or ${stored} > ${read} + ${ahead})`;
}

/** Replaces the columns of a user, unless the stored ones were read later. The user counts as present in any case. */
function newerUser() {
  const isReplaced = isEarlier(sql.ref("directory_users.read_at"), sql.ref("excluded.read_at"));
  const newest = <Column extends string>(column: Column) =>
    sql<never>`case when ${isReplaced}
      then ${sql.ref(`excluded.${column}`)} else ${sql.ref(`directory_users.${column}`)} end`;
  return {
    username: newest("username"),
    folded_username: newest("folded_username"),
    display_name: newest("display_name"),
    folded_name: newest("folded_name"),
    active: newest("active"),
    blocked: newest("blocked"),
    org_guid: newest("org_guid"),
    org_name: newest("org_name"),
    folded_org: newest("folded_org"),
    read_at: newest("read_at"),
    missed: 0,
    gone_at: null,
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
