import fc from "fast-check";
import type { KyselyPlugin } from "kysely";
import { expect, test } from "vitest";
import { createDirectoryStore, createTenantDirectory } from "../../src/persistence/index.ts";
import type { DirectoryFilter, DirectoryUser } from "../../src/subjects/index.ts";
import { useNewStores } from "../support/use-store.ts";

const store = useNewStores();

const EVERYBODY: DirectoryFilter = { text: null, active: null, blocked: null, org: null, role: null };
const AT = new Date("2026-11-01T09:00:00Z");

function person(userId: string, facts: Partial<DirectoryUser> = {}): DirectoryUser {
  return {
    ...{ userId, username: `${userId}@example.com`, displayName: `User ${userId}` },
    ...{ active: true, blocked: false, orgGuid: "org-1", orgName: "Sales", readAt: AT },
    ...facts,
  };
}

function parts() {
  const { db } = store.database;
  const rows = createDirectoryStore(db);
  const directory = createTenantDirectory(db);
  return {
    ...{ rows, directory },
    ids: async (filter: Partial<DirectoryFilter>) => {
      const { users, ...page } = await directory.users({ ...EVERYBODY, ...filter }, { offset: 0, limit: 50 });
      return { ids: users.map(({ userId }) => userId), total: page.total, mayMatch: page.mayMatch };
    },
  };
}

test("a text finds parts of names and usernames in any case and spelling, and a whole user id", async () => {
  const { rows, ids } = parts();
  await rows.saveUsers([
    person("1", { displayName: "Zoë Ångström", username: "zoe@example.com" }),
    person("2", { displayName: "Anna O’Neill" }),
    person("3", { displayName: "100% _Real\\", username: "real@example.com" }),
    person("33"),
  ]);
  const found = async (text: string) => (await ids({ text })).ids;
  expect(await found("ZOE\u0308")).toEqual(["1"]);
  expect(await found("ångström zoë")).toEqual(["1"]);
  expect(await found("o'neill")).toEqual(["2"]);
  expect(await found("real@")).toEqual(["3"]);
  expect(await found("100%")).toEqual(["3"]);
  expect(await found("_real\\")).toEqual(["3"]);
  expect(await found("%")).toEqual(["3"]);
  expect(await found("33")).toEqual(["33"]);
  expect(await found("nobody")).toEqual([]);
});

test("a user whose state Incydr did not say is counted as a possible match, and not as a match", async () => {
  const { rows, ids } = parts();
  await rows.saveUsers([
    person("1"),
    person("2", { active: false, blocked: true }),
    person("3", { active: null, blocked: null, orgGuid: null, orgName: null }),
  ]);
  expect(await ids({ active: true })).toEqual({ ids: ["1"], total: 1, mayMatch: 1 });
  expect(await ids({ active: false })).toEqual({ ids: ["2"], total: 1, mayMatch: 1 });
  expect(await ids({ blocked: true })).toEqual({ ids: ["2"], total: 1, mayMatch: 1 });
  expect(await ids({ active: true, blocked: true })).toEqual({ ids: [], total: 0, mayMatch: 1 });
  expect(await ids({ org: "sales" })).toEqual({ ids: ["1", "2"], total: 2, mayMatch: 1 });
  expect(await ids({ active: true, text: "user 3" })).toEqual({ ids: [], total: 0, mayMatch: 1 });
  expect(await ids({ active: true, text: "user 2" })).toEqual({ ids: [], total: 0, mayMatch: 0 });
});

test("an organization and a role are found by id or name, or else by a part of a name", async () => {
  const { rows, ids } = parts();
  await rows.saveUsers([
    person("1", { orgGuid: "org-1", orgName: "Sales" }),
    person("2", { orgGuid: "org-2", orgName: "Sales EMEA" }),
    person("3", { orgGuid: "org-3", orgName: "Legal" }),
  ]);
  await rows.saveRoles("1", [{ id: "admin-restore", name: "Admin Restore" }], AT);
  await rows.saveRoles("2", [{ id: "admin-restore-limited", name: "Admin Restore Limited" }], AT);
  expect(await ids({ org: "SALES" })).toMatchObject({ ids: ["1"] });
  expect(await ids({ org: "org-2" })).toMatchObject({ ids: ["2"] });
  expect(await ids({ org: "sale" })).toMatchObject({ ids: ["1", "2"] });
  expect(await ids({ role: "admin restore" })).toEqual({ ids: ["1"], total: 1, mayMatch: 1 });
  expect(await ids({ role: "admin-restore-limited" })).toMatchObject({ ids: ["2"] });
  expect(await ids({ role: "restore" })).toMatchObject({ ids: ["1", "2"] });
  await rows.saveRoles("3", [], AT);
  expect(await ids({ role: "watchlist" })).toEqual({ ids: [], total: 0, mayMatch: 0 });
});

test("the ids of an organization and of a role are found in any case", async () => {
  const { rows, ids } = parts();
  await rows.saveUsers([person("1", { orgGuid: "Org-1A" }), person("2", { orgGuid: "org-2b" })]);
  await rows.saveRoles("1", [{ id: "admin-restore", name: "Admin Restore" }], AT);
  expect(await ids({ org: "ORG-2B" })).toMatchObject({ ids: ["2"] });
  expect(await ids({ org: "org-1a" })).toMatchObject({ ids: ["1"] });
  expect(await ids({ role: "ADMIN-restore" })).toMatchObject({ ids: ["1"] });
});

test("a name that only a user who is gone has does not end the search by a part of a name", async () => {
  const { rows, ids } = parts();
  const later = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);
  const present = person("2", { orgGuid: "org-2", orgName: "Sales EMEA" });
  await rows.saveUsers([person("1", { orgName: "Sales" }), present]);
  await rows.saveRoles("1", [{ id: "a", name: "Auditor" }], AT);
  await rows.saveRoles("2", [{ id: "b", name: "Auditor of files" }], AT);
  const sales = {
    ...{ orgGuid: "org-1", orgName: "Sales", parentOrgGuid: null },
    active: true,
    userCount: 1,
  };
  await rows.saveOrgs([{ ...sales, readAt: AT }]);
  expect(await ids({ org: "sales" })).toMatchObject({ ids: ["1"] });
  expect(await ids({ role: "auditor" })).toMatchObject({ ids: ["1"] });
  for (const minutes of [2, 4])
    for (const kind of ["users", "orgs"] as const) {
      const id = await rows.beginReading(kind, later(minutes));
      await rows.saveUsers([{ ...present, readAt: later(minutes) }]);
      await rows.finishReading(id, { isComplete: true, finishedAt: later(minutes + 1) });
    }
  expect(await ids({ org: "sales" })).toMatchObject({ ids: ["2"] });
  expect(await ids({ role: "auditor" })).toMatchObject({ ids: ["2"] });
});

test("a page of users or organizations and its total are of one state of the directory", async () => {
  const { rows } = parts();
  const org = (at: number) => ({
    ...{ orgGuid: `org-${at}`, orgName: `Org ${at}`, parentOrgGuid: null, active: true, userCount: 1 },
    readAt: AT,
  });
  await rows.saveUsers([person("1")]);
  await rows.saveOrgs([org(1)]);
  let counts = 0;
  // Another connection stores a record after each count.
  const later: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      if (!result.rows.some((row) => "total" in row)) return result;
      counts += 1;
      await rows.saveUsers([person(`2${counts}`)]);
      await rows.saveOrgs([org(20 + counts)]);
      return result;
    },
  };
  const directory = createTenantDirectory(store.database.db.withPlugin(later));
  const { users, total } = await directory.users(EVERYBODY, { offset: 0, limit: 50 });
  expect(users).toHaveLength(total);
  const page = await directory.orgs(null, { offset: 0, limit: 50 });
  expect(page.orgs).toHaveLength(page.total);
  expect(counts).toBe(2);
});

test("the roles of a user are replaced as a whole, and not by an earlier reading", async () => {
  const { rows, ids } = parts();
  await rows.saveUsers([person("1")]);
  await rows.saveRoles("1", [{ id: "a", name: "Auditor" }], new Date(AT.getTime() + 1));
  await rows.saveRoles("1", [{ id: "b", name: "Boss" }], AT);
  expect(await ids({ role: "auditor" })).toMatchObject({ ids: ["1"] });
  await rows.saveRoles("1", [{ id: "b", name: "Boss" }], new Date(AT.getTime() + 2));
  expect(await ids({ role: "auditor" })).toMatchObject({ ids: [] });
  expect(await ids({ role: "boss" })).toMatchObject({ ids: ["1"] });
});

test("the roles of a user whom the directory lacks are not stored", async () => {
  const { rows, directory } = parts();
  await rows.saveRoles("1", [{ id: "a", name: "Auditor" }], AT);
  expect(await directory.age()).toMatchObject({ readUsers: 0, usersWithRoles: 0, isEveryUserRead: false });
});

test("the age is that of the oldest row, and counts nobody who is gone", async () => {
  const { rows, directory } = parts();
  const later = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);
  await rows.saveUsers([person("1"), person("2", { readAt: later(1) })]);
  expect(await directory.age()).toMatchObject({ readUsers: 2, oldestReadAt: AT });
  for (const minutes of [2, 4]) {
    const id = await rows.beginReading("users", later(minutes));
    await rows.saveUsers([person("2", { readAt: later(minutes) })]);
    await rows.noteProgress(id, { readCount: 1, totalCount: 1 });
    await rows.finishReading(id, { isComplete: true, finishedAt: later(minutes + 1) });
  }
  expect(await directory.age()).toEqual({
    ...{ readUsers: 1, expectedUsers: 1, isEveryUserRead: true, oldestReadAt: later(4) },
    ...{ usersWithRoles: 0, oldestRolesReadAt: null },
  });
});

test("a look-up makes no reading of roles due", async () => {
  const { rows } = parts();
  const later = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);
  await rows.saveUsers([person("1"), person("2")]);
  for (const userId of ["1", "2"]) await rows.saveRoles(userId, [], AT);
  await rows.updateRoles("1", [{ id: "a", name: "Auditor" }], later(1));
  const due = { readBefore: AT, failedBefore: later(30) };
  expect(await rows.usersToReadRolesOf(due, 10)).toEqual([]);
  await rows.noteFailedRoles("2", later(2));
  expect(await rows.usersToReadRolesOf(due, 10)).toEqual(["2"]);
});

test("a look-up of a user who is gone changes no list and no age", async () => {
  const { rows, directory, ids } = parts();
  const later = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);
  await rows.saveUsers([person("1"), person("2")]);
  for (const minutes of [2, 4]) {
    const id = await rows.beginReading("users", later(minutes));
    await rows.saveUsers([person("2", { readAt: later(minutes) })]);
    await rows.updateUser(person("1", { readAt: later(minutes) }));
    await rows.finishReading(id, { isComplete: true, finishedAt: later(minutes + 1) });
  }
  const age = await directory.age();
  expect(age).toMatchObject({ readUsers: 1, oldestReadAt: later(4) });
  await rows.updateUser(person("1", { readAt: later(6) }));
  expect(await directory.age()).toEqual(age);
  expect(await ids({})).toMatchObject({ ids: ["2"] });
  await rows.saveUsers([person("1", { readAt: later(7) })]);
  expect(await ids({})).toMatchObject({ ids: ["1", "2"] });
});

test("20,000 organizations are stored", async () => {
  const { rows } = parts();
  const org = (at: number) => ({
    ...{ orgGuid: `org-${at}`, orgName: `Org ${at}`, parentOrgGuid: null, active: true, userCount: 1 },
    readAt: AT,
  });
  await rows.saveOrgs(Array.from({ length: 20_000 }, (_, at) => org(at)));
  const { rows: counted } = await store.database.pool.query("select count(*)::int as n from directory_orgs");
  expect(counted).toEqual([{ n: 20_000 }]);
});

test("readings are deleted after a week, except the newest complete one", async () => {
  const { rows, directory } = parts();
  const day = (days: number) => new Date(AT.getTime() + days * 86_400_000);
  for (const [days, isComplete] of [
    [0, true],
    [1, true],
    [2, false],
    [30, false],
  ] as const) {
    const id = await rows.beginReading("users", day(days));
    await rows.finishReading(id, { isComplete, finishedAt: day(days) });
  }
  const { rows: left } = await store.database.pool.query(
    "select started_at from directory_readings order by id",
  );
  expect(left.map(({ started_at }) => started_at)).toEqual([day(1), day(30)]);
  expect((await directory.age()).isEveryUserRead).toBe(true);
});

test("names of any length and script are stored, and found by their beginning", async () => {
  const { rows, ids } = parts();
  const names = fc.array(fc.string({ unit: "binary", minLength: 1, maxLength: 400 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(names, async (displayNames) => {
      const users = displayNames.map((displayName, index) =>
        person(`u${index}`, { displayName, username: displayName, orgName: displayName, readAt: new Date() }),
      );
      await rows.saveUsers(users);
      for (const { userId, displayName } of users)
        if (/^[a-z]{3,20}$/.test(displayName))
          expect((await ids({ text: displayName })).ids).toContain(userId);
    }),
    { numRuns: 30 },
  );
  await rows.saveUsers([
    person("long", { displayName: `${"ש".repeat(255)}` }),
    person("wide", { displayName: "𝔘".repeat(3_000) }),
  ]);
  expect(await ids({ text: "שששש" })).toMatchObject({ ids: ["long"] });
});

test("the pages of 10,000 users are complete, and an offset beyond the end gives the last page", async () => {
  const { rows, directory } = parts();
  const users = Array.from({ length: 10_000 }, (_, index) =>
    person(String(index), { active: index % 3 !== 0, displayName: `Staff${index % 500}` }),
  );
  for (let at = 0; at < users.length; at += 500) await rows.saveUsers(users.slice(at, at + 500));
  const filter = { ...EVERYBODY, active: true, text: "staff4" };
  const expected = users.filter(({ active, displayName }) => active && displayName.startsWith("Staff4"));
  const found: string[] = [];
  for (let offset = 0; ; offset += 100) {
    const page = await directory.users(filter, { offset, limit: 100 });
    expect(page).toMatchObject({ total: expected.length, mayMatch: 0 });
    if (page.offset !== offset) break;
    expect(page.users.length).toBeLessThanOrEqual(100);
    found.push(...page.users.map(({ userId }) => userId));
  }
  expect(found).toHaveLength(expected.length);
  expect(new Set(found)).toEqual(new Set(expected.map(({ userId }) => userId)));
  const beyond = await directory.users(filter, { offset: 1_000_000, limit: 100 });
  expect(beyond.offset).toBe(Math.floor((expected.length - 1) / 100) * 100);
});
