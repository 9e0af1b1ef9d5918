import { type Kysely, type RawBuilder, sql } from "kysely";
import { storableText } from "../kernel/storable-text.ts";
import type {
  DirectoryAge,
  DirectoryFilter,
  DirectoryPage,
  DirectoryRecord,
  DirectoryUser,
  ListedDirectoryOrg,
  TenantDirectory,
} from "../subjects/index.ts";
import { folded } from "./directory-repository.ts";
import type { Tables } from "./tables.ts";

/** Words of a search that are compared. No name has more. */
const MOST_WORDS = 10;
/** Records that one statement reads, so that neither the database nor the bot holds a whole directory at once. */
const RECORDS_AT_ONCE = 50;

/** A part of a filter, for a row of `directory_users`: true, false, or null if the row's fact is unknown. */
type Condition = RawBuilder<boolean | null>;

export function createTenantDirectory(db: Kysely<Tables>): TenantDirectory {
  return {
    users: (filter, { offset, limit }) =>
      inOneState(db, async (tx) => {
        const matches = conditionOf(filter);
        const { total, mayMatch } = await countOf(tx, matches);
        const start = startOfPage({ offset, limit }, total);
        const { rows } = await sql<Tables["directory_users"]>`
          select * from directory_users where gone_at is null and ${matches}
          order by folded_name, user_id offset ${start} limit ${limit}
        `.execute(tx);
        return { users: rows.map(userOf), total, mayMatch, offset: start };
      }),

    age: () => ageOf(db),

    records: (filter, take) =>
      inOneState(db, async (tx) => {
        const matches = conditionOf(filter);
        const counts = await countOf(tx, matches);
        let after: RecordRow | undefined;
        do {
          const rows = await recordRows(tx, matches, after);
          after = rows.at(-1);
          const isMoreWanted = rows.length > 0 && (await take(rows.map(recordOf)));
          if (!isMoreWanted || rows.length < RECORDS_AT_ONCE) break;
        } while (after);
        return { ...counts, age: await ageOf(tx) };
      }),

    orgs: (text, { offset, limit }) =>
      inOneState(db, async (tx) => {
        const matches = text === null ? sql<boolean>`true` : orgNamed(text);
        const counted = await sql<{ total: number }>`
          select count(*) as total from directory_orgs as org where gone_at is null and ${matches}
        `.execute(tx);
        const total = counted.rows[0]?.total ?? 0;
        const start = startOfPage({ offset, limit }, total);
        const { rows } = await sql<OrgRow>`
          select org.*, (
            select parent.org_name from directory_orgs as parent
            where lower(parent.org_guid) = lower(org.parent_org_guid) limit 1
          ) as parent_name
          from directory_orgs as org where gone_at is null and ${matches}
          order by folded_name, org_guid offset ${start} limit ${limit}
        `.execute(tx);
        return { orgs: rows.map(orgOf), total, offset: start };
      }),

    async orgsAge() {
      const { rows } = await sql<{ read_orgs: number; oldest: Date | null; every_read: boolean }>`
        select count(*) as read_orgs, min(read_at) as oldest,
          exists (select from directory_readings where kind = 'orgs' and complete) as every_read
        from directory_orgs where gone_at is null
      `.execute(db);
      const [row] = rows;
      if (!row) throw new Error("The database did not return the age of the organizations.");
      return { readOrgs: row.read_orgs, isEveryOrgRead: row.every_read, oldestReadAt: row.oldest };
    },

    async orgName(orgGuid) {
      const { rows } = await sql<{ org_name: string }>`
        select org_name from directory_orgs where lower(org_guid) = ${idIn(orgGuid).toLowerCase()} limit 1
      `.execute(db);
      return rows[0]?.org_name ?? null;
    },
  };
}

/** Runs statements that all see the state of the first one, so that a page fits its total. */
function inOneState<Result>(
  db: Kysely<Tables>,
  read: (tx: Kysely<Tables>) => Promise<Result>,
): Promise<Result> {
  return db.transaction().setIsolationLevel("repeatable read").execute(read);
}

async function countOf(
  db: Kysely<Tables>,
  matches: Condition,
): Promise<Pick<DirectoryPage, "total" | "mayMatch">> {
  const { rows } = await sql<{ total: number; may_match: number }>`
    select count(*) filter (where ${matches}) as total,
      count(*) filter (where (${matches}) is null) as may_match
    from directory_users where gone_at is null
  `.execute(db);
  const { total, may_match: mayMatch } = rows[0] ?? { total: 0, may_match: 0 };
  return { total, mayMatch };
}

async function ageOf(db: Kysely<Tables>): Promise<DirectoryAge> {
  const { rows } = await sql<{
    read_users: number;
    oldest: Date | null;
    with_roles: number;
    oldest_roles: Date | null;
    expected: number | null;
    every_read: boolean;
  }>`
    select count(*) as read_users, min(listed_at) as oldest,
      count(roles_read_at) as with_roles, min(roles_listed_at) as oldest_roles,
      (select total_count from directory_readings
        where kind = 'users' and total_count is not null order by id desc limit 1) as expected,
      exists (select from directory_readings where kind = 'users' and complete) as every_read
    from directory_users where gone_at is null
  `.execute(db);
  const [row] = rows;
  if (!row) throw new Error("The database did not return the age of the directory.");
  return {
    readUsers: row.read_users,
    expectedUsers: row.expected,
    isEveryUserRead: row.every_read,
    oldestReadAt: row.oldest,
    usersWithRoles: row.with_roles,
    oldestRolesReadAt: row.oldest_roles,
  };
}

type RecordRow = Pick<
  Tables["directory_users"],
  | ("user_id" | "username" | "display_name" | "active" | "blocked" | "org_name" | "listed_at")
  | ("folded_name" | "roles_listed_at")
> & { readonly roles: string[] };

/**
 * The next records, after those up to `after`. The roles are read as JSON: pg parses an array letter by letter, which
 * took 60 ms for a user with 500 long names.
 */
async function recordRows(
  db: Kysely<Tables>,
  matches: Condition,
  after: Pick<RecordRow, "folded_name" | "user_id"> | undefined,
): Promise<readonly RecordRow[]> {
  const isLater = after ? sql`(folded_name, user_id) > (${after.folded_name}, ${after.user_id})` : sql`true`;
  const { rows } = await sql<RecordRow>`
    select user_id, username, display_name, active, blocked, org_name, listed_at, folded_name, roles_listed_at,
      array_to_json(array(
        select held.role_name from directory_roles as held where held.user_id = directory_users.user_id
        order by held.folded_name, held.role_id
      )) as roles
    from directory_users where gone_at is null and ${isLater} and ${matches}
    order by folded_name, user_id limit ${RECORDS_AT_ONCE}
  `.execute(db);
  return rows;
}

function recordOf(row: RecordRow): DirectoryRecord {
  const { user_id, username, display_name, active, blocked, org_name, listed_at, roles_listed_at } = row;
  return {
    ...{ userId: user_id, username, displayName: display_name, active, blocked, orgName: org_name },
    ...{ listedAt: listed_at, rolesListedAt: roles_listed_at },
    roles: roles_listed_at === null ? null : row.roles,
  };
}

type OrgRow = Tables["directory_orgs"] & { readonly parent_name: string | null };

/** The offset of a page; the last page for an offset beyond the end. */
function startOfPage({ offset, limit }: { offset: number; limit: number }, total: number): number {
  const lastOffset = Math.max(0, Math.floor((total - 1) / limit) * limit);
  return Math.min(offset, lastOffset);
}

/** Incydr's GUIDs ignore case. */
function orgNamed(text: string): RawBuilder<boolean> {
  const inName = wordsOf(text).map((word) => sql`strpos(folded_name, ${word}) > 0`);
  return sql`(lower(org_guid) = ${idIn(text).toLowerCase()} or (${sql.join(inName, sql` and `)}))`;
}

function conditionOf({ text, active, blocked, org, role }: DirectoryFilter): Condition {
  const parts: Condition[] = [sql`true`];
  if (active !== null) parts.push(sql`active = ${active}`);
  if (blocked !== null) parts.push(sql`blocked = ${blocked}`);
  if (org !== null) parts.push(inOrg(org));
  if (text !== null) parts.push(named(text));
  // The last part, because it reads another table.
  if (role !== null) parts.push(holdsRole(role));
  return sql`(${sql.join(parts, sql` and `)})`;
}

function wordsOf(text: string): string[] {
  return folded(text).split(" ").slice(0, MOST_WORDS);
}

function named(text: string): Condition {
  const inNames = wordsOf(text).map(
    (word) => sql`(strpos(folded_name, ${word}) > 0 or strpos(folded_username, ${word}) > 0)`,
  );
  return sql`(user_id = ${idIn(text)} or (${sql.join(inNames, sql` and `)}))`;
}

/** Incydr's GUIDs ignore case. A name that only records have that are gone is no whole name. */
function inOrg(org: string): Condition {
  const [name, id] = [folded(org), idIn(org).toLowerCase()];
  const isWhole = sql`(lower(org_guid) = ${id} or folded_org = ${name})`;
  return sql`
    case when exists (select from directory_users where gone_at is null and ${isWhole})
      or exists (
        select from directory_orgs
        where gone_at is null and (lower(org_guid) = ${id} or folded_name = ${name})
      )
    then ${isWhole}
    else strpos(folded_org, ${name}) > 0 end
  `;
}

/** As for organizations. */
function holdsRole(role: string): Condition {
  const [name, id] = [folded(role), idIn(role).toLowerCase()];
  const isWhole = sql`(lower(role_id) = ${id} or folded_name = ${name})`;
  return sql`
    case when roles_read_at is null then null
    when exists (
      select from directory_roles where ${isWhole}
      and user_id in (select user_id from directory_users where gone_at is null)
    )
    then user_id in (select user_id from directory_roles where ${isWhole})
    else user_id in (select user_id from directory_roles where strpos(folded_name, ${name}) > 0) end
  `;
}

/** The text as an id, without characters that PostgreSQL refuses. */
function idIn(text: string): string {
  return storableText(text.trim());
}

function userOf(row: Tables["directory_users"]): DirectoryUser {
  const { user_id, username, display_name, active, blocked, org_guid, org_name, read_at } = row;
  return {
    ...{ userId: user_id, username, displayName: display_name, active, blocked },
    ...{ orgGuid: org_guid, orgName: org_name, readAt: read_at },
  };
}

function orgOf(row: OrgRow): ListedDirectoryOrg {
  const { org_guid, org_name, parent_org_guid, active, user_count, read_at, parent_name } = row;
  return {
    ...{ orgGuid: org_guid, orgName: org_name, parentOrgGuid: parent_org_guid, active },
    ...{ userCount: user_count, readAt: read_at, parentName: parent_name },
  };
}
