import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { PeopleDirectory } from "../../src/authorization/index.ts";
import { createUserExports, type Job, type UserExport } from "../../src/change-requests/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { createDirectoryStore, createTenantDirectory } from "../../src/persistence/index.ts";
import { createExportedFiles } from "../../src/slack/posting/exported-files.ts";
import type { PostingDeps } from "../../src/slack/posting/posted-messages.ts";
import type { DirectoryFilter, DirectoryRecord } from "../../src/subjects/index.ts";
import { someLead } from "../support/domain-objects.ts";
import { lenientAuthorizer } from "../support/one-request.ts";
import { useNewStores } from "../support/use-store.ts";

const store = useNewStores();

const EVERYBODY: DirectoryFilter = { text: null, active: null, blocked: null, org: null, role: null };
const AT = new Date("2026-11-01T09:00:00Z");
const CLICK: Extract<Job, { kind: "export_users" }> = {
  ...({ kind: "export_users", exportId: "e", clickId: "00000000-0000-4000-8000-000000000001" } as const),
  ...{ slackUserId: someLead().slackUserId, place: { channelId: "C0APPROVE", threadTs: null } },
  filter: EVERYBODY,
};

/** Fills the directory with users, each with so many roles, whose names begin with `roleName`. */
async function fill(users: number, roles: number, roleName = "Role number "): Promise<void> {
  const { pool } = store.database;
  await pool.query(
    `insert into directory_users (user_id, username, display_name, folded_username, folded_name, active, blocked,
       org_guid, org_name, folded_org, read_at, listed_at, roles_read_at, roles_listed_at, roles_tried_at)
     select id::text, 'user' || id || '@example.com', 'User ' || id, 'user' || id || '@example.com', 'user ' || id,
       true, false, 'org-1', '=Sales', '=sales', $2, $2, $2, $2, $2
     from generate_series(1, $1::int) as id`,
    [users, AT],
  );
  await pool.query(
    `insert into directory_roles (user_id, role_id, role_name, folded_name, read_at)
     select id::text, 'role-' || role, $4::text || role, 'role number ' || role, $3
     from generate_series(1, $1::int) as id, generate_series(1, $2::int) as role`,
    [users, roles, AT, roleName],
  );
}

/**
 * Exports everybody, with files that stay in memory. `slices`: the milliseconds of CPU time between the turns in which
 * other work could run, the longest first.
 */
async function exported(): Promise<{ files: UserExport[]; slices: number[] }> {
  const { uow, database } = store;
  const files: UserExport[] = [];
  const { authorizer } = lenientAuthorizer([someLead()]);
  const directory = { person: async () => someLead() } as unknown as PeopleDirectory; // no other member is called
  const format = createExportedFiles({} as PostingDeps); // formatting calls nothing of it
  const exports = createUserExports({
    ...{ uow, directory, clock: systemClock, tenant: createTenantDirectory(database.db) },
    authorizer: {
      ...authorizer,
      pin: async () => ({
        ...authorizer,
        authorize: async () => ({
          ...{ ...someLead(), policyHash: "", userId: null, entitlement: { policyIds: [], groups: [] } },
        }),
      }),
    },
    files: {
      ...format,
      deliver: async (_id, _to, make) => {
        files.push(await make());
        return "delivered";
      },
    },
  });
  const slices: number[] = [];
  let before = process.threadCpuUsage();
  let isOver = false;
  const turn = () => {
    const { user, system } = process.threadCpuUsage(before);
    slices.push((user + system) / 1_000);
    before = process.threadCpuUsage();
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await exports.exportUsers(CLICK);
  isOver = true;
  return { files, slices: slices.toSorted((a, b) => b - a) };
}

function rowsOf(file: UserExport | undefined): string[] {
  return Buffer.from(file?.bytes ?? [])
    .toString("utf8")
    .trim()
    .split("\r\n");
}

test("of 12,000 users a file has the first 10,000 by name, once each, and other work runs meanwhile", async () => {
  await fill(12_000, 3);
  const { files, slices } = await exported();
  expect(files).toMatchObject([{ rows: 10_000, total: 12_000, mayMatch: 0 }]);
  const [header, ...rows] = rowsOf(files[0]);
  expect(header).toContain("user_id,username");
  expect(rows).toHaveLength(10_000);
  expect(new Set(rows.map((row) => row.split(",")[0])).size).toBe(10_000);
  expect(rows[0]).toBe(
    '1,user1@example.com,User 1,yes,no,\'=Sales,"Role number 1; Role number 2; Role number 3",2026-11-01T09:00:00.000Z,2026-11-01T09:00:00.000Z',
  );
  expect(slices.length).toBeGreaterThan(50);
  const { rows: entries } = await store.database.pool.query(
    "select details from audit_entries where kind = 'users.exported'",
  );
  const sha256 = createHash("sha256")
    .update(files[0]?.bytes ?? "")
    .digest("hex");
  expect(entries).toMatchObject([{ details: { count: 10_000, total: 12_000, truncated: true, sha256 } }]);
}, 60_000);

test("users with 500 long roles keep the event loop free", async () => {
  await fill(300, 500, "Ürole nümber ".repeat(18));
  const { files, slices } = await exported();
  expect(files[0]?.rows).toBeGreaterThan(20);
  // Invariant 14: 50 ms. Half of it is left for garbage collections, which prolong a few slices.
  expect(slices[9]).toBeLessThan(25);
}, 60_000);

test("a reading sees one state of the directory, at most 50 users at a time", async () => {
  await fill(130, 1);
  const { db } = store.database;
  const rows = createDirectoryStore(db);
  const read: DirectoryRecord[] = [];
  const sizes: number[] = [];
  const summary = await createTenantDirectory(db).records(EVERYBODY, async (users) => {
    sizes.push(users.length);
    read.push(...users);
    // Each is moved to another place in the order, or added there.
    await rows.saveUsers(
      ["129", "1", `new ${sizes.length}`].map((userId) => ({
        ...{ userId, username: `${userId}@example.com`, displayName: `zz ${userId} ${sizes.length}` },
        ...{ active: true, blocked: false, orgGuid: null, orgName: null, readAt: new Date(AT.getTime() + 1) },
      })),
    );
    return true;
  });
  expect(sizes).toEqual([50, 50, 30]);
  expect(summary).toMatchObject({ total: 130, mayMatch: 0, age: { readUsers: 130 } });
  expect(new Set(read.map(({ userId }) => userId)).size).toBe(130);
  expect(read.every(({ displayName }) => displayName.startsWith("User "))).toBe(true);
});

test("a reading ends when no more users are wanted, and has the roles only of users whose roles were read", async () => {
  const { db } = store.database;
  const rows = createDirectoryStore(db);
  const user = { active: null, blocked: null, orgGuid: null, orgName: null, readAt: AT };
  await rows.saveUsers(
    ["a", "b"].map((userId) => ({ ...user, userId, username: userId, displayName: userId })),
  );
  await rows.saveRoles("a", [], AT);
  // A look-up changes the row, but not the time that the file shows.
  const later = new Date(AT.getTime() + 60_000);
  await rows.updateUser({ ...user, userId: "b", username: "b", displayName: "b", readAt: later });
  const read: DirectoryRecord[] = [];
  await createTenantDirectory(db).records(EVERYBODY, async (users) => {
    read.push(...users);
    return false;
  });
  expect(read).toMatchObject([
    { userId: "a", roles: [], rolesListedAt: AT, listedAt: AT },
    { userId: "b", roles: null, rolesListedAt: null, listedAt: AT },
  ]);
});
