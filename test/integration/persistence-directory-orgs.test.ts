import { expect, test } from "vitest";
import { createDirectoryStore, createTenantDirectory } from "../../src/persistence/index.ts";
import type { DirectoryOrg } from "../../src/subjects/index.ts";
import { useNewStores } from "../support/use-store.ts";

const store = useNewStores();

const AT = new Date("2026-11-01T09:00:00Z");
const later = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);

function org(orgGuid: string, orgName: string, facts: Partial<DirectoryOrg> = {}): DirectoryOrg {
  return { orgGuid, orgName, parentOrgGuid: null, active: true, userCount: 3, readAt: AT, ...facts };
}

function parts() {
  const { db } = store.database;
  const rows = createDirectoryStore(db);
  const directory = createTenantDirectory(db);
  const found = async (text: string | null) =>
    (await directory.orgs(text, { offset: 0, limit: 50 })).orgs.map(({ orgGuid }) => orgGuid);
  return { rows, directory, found };
}

test("organizations are found by words of their name in any case, or by their id, and listed by name", async () => {
  const { rows, found } = parts();
  await rows.saveOrgs([
    org("id-3", "Zürich Sales"),
    org("id-1", "sales EMEA"),
    org("id-2", "100% _Legal\\"),
    org("id-11", "Engineering"),
  ]);
  expect(await found(null)).toEqual(["id-2", "id-11", "id-1", "id-3"]);
  expect(await found("SALES")).toEqual(["id-1", "id-3"]);
  expect(await found("sales zu\u0308rich")).toEqual(["id-3"]);
  expect(await found("%")).toEqual(["id-2"]);
  expect(await found("ID-1")).toEqual(["id-1"]);
  expect(await found("\u0000nothing")).toEqual([]);
});

test("an organization is listed with its parent's name, in any case of the parent's id", async () => {
  const { rows, directory } = parts();
  await rows.saveOrgs([
    org("top", "Harborlight"),
    org("sales", "Sales", { parentOrgGuid: "TOP", active: null, userCount: null }),
    org("lost", "Tail", { parentOrgGuid: "elsewhere", active: false }),
  ]);
  const { orgs, total } = await directory.orgs(null, { offset: 0, limit: 10 });
  expect(total).toBe(3);
  expect(orgs).toMatchObject([
    { orgGuid: "top", parentName: null, active: true, userCount: 3, readAt: AT },
    { orgGuid: "sales", parentOrgGuid: "TOP", parentName: "Harborlight", active: null, userCount: null },
    { orgGuid: "lost", parentOrgGuid: "elsewhere", parentName: null, active: false },
  ]);
  expect(await directory.orgName("Top")).toBe("Harborlight");
  expect(await directory.orgName("elsewhere")).toBeNull();
});

test("the pages of 500 organizations have each once, and an offset beyond the end gives the last page", async () => {
  const { rows, directory } = parts();
  const all = Array.from({ length: 500 }, (_, index) => org(`id-${index}`, `Org ${index % 7}`));
  await rows.saveOrgs(all);
  const seen: string[] = [];
  for (let offset = 0; offset < 500; offset += 10) {
    const page = await directory.orgs("org", { offset, limit: 10 });
    expect(page).toMatchObject({ total: 500, offset });
    seen.push(...page.orgs.map(({ orgGuid }) => orgGuid));
  }
  expect(new Set(seen).size).toBe(500);
  expect(await directory.orgs(null, { offset: 9_999, limit: 10 })).toMatchObject({ offset: 490 });
  expect(await directory.orgs("none", { offset: 20, limit: 10 })).toEqual({ orgs: [], total: 0, offset: 0 });
});

test("the age counts organizations that are there, and says whether all were read once", async () => {
  const { rows, directory } = parts();
  expect(await directory.orgsAge()).toEqual({ readOrgs: 0, isEveryOrgRead: false, oldestReadAt: null });
  await rows.saveOrgs([org("1", "One"), org("2", "Two", { readAt: later(1) })]);
  expect(await directory.orgsAge()).toEqual({ readOrgs: 2, isEveryOrgRead: false, oldestReadAt: AT });
  const users = await rows.beginReading("users", AT);
  await rows.finishReading(users, { isComplete: true, finishedAt: AT });
  expect(await directory.orgsAge()).toMatchObject({ isEveryOrgRead: false });
  for (const minutes of [2, 4]) {
    const id = await rows.beginReading("orgs", later(minutes));
    await rows.saveOrgs([org("2", "Two", { readAt: later(minutes) })]);
    await rows.finishReading(id, { isComplete: true, finishedAt: later(minutes + 1) });
  }
  expect(await directory.orgsAge()).toEqual({ readOrgs: 1, isEveryOrgRead: true, oldestReadAt: later(4) });
  expect((await directory.orgs(null, { offset: 0, limit: 10 })).orgs).toMatchObject([{ orgGuid: "2" }]);
});

test("an organization without users is not taken for one whose name it begins", async () => {
  const { rows, directory } = parts();
  const user = { userId: "1", username: "a@x.example", displayName: "A", active: true, blocked: false };
  await rows.saveUsers([{ ...user, orgGuid: "emea", orgName: "Sales EMEA", readAt: AT }]);
  const total = async (named: string) => {
    const filter = { text: null, active: null, blocked: null, org: named, role: null };
    return (await directory.users(filter, { offset: 0, limit: 10 })).total;
  };
  expect(await total("sales")).toBe(1);
  await rows.saveOrgs([org("sales", "Sales")]);
  expect(await total("sales")).toBe(0);
  expect(await total("sal")).toBe(1);
});
