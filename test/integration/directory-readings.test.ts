import { expect, test } from "vitest";
import { createDirectoryStore, createTenantDirectory } from "../../src/persistence/index.ts";
import { createFillDirectory, type DirectoryFilter, directoryUser } from "../../src/subjects/index.ts";
import {
  createFakeTenant,
  createSkippingClock,
  incydrFailure,
  tenantUser,
} from "../support/directory-tenant.ts";
import { useNewStores } from "../support/use-store.ts";

const store = useNewStores();

const EVERYBODY: DirectoryFilter = { text: null, active: null, blocked: null, org: null, role: null };
const MINUTE_MS = 60_000;

function manyUsers(count: number) {
  return Array.from({ length: count }, (_, index) => tenantUser(String(1000 + index)));
}

function setUp({ count = 3, requestsPerMinute = 300 } = {}) {
  const clock = createSkippingClock();
  const fake = createFakeTenant({ clock, requestsPerMinute, users: manyUsers(count) });
  const { db } = store.database;
  const directory = createTenantDirectory(db);
  let ending = new AbortController();
  /** A filler as after a start of the bot, with nothing but the database. */
  const startFiller = () =>
    createFillDirectory({ incydr: fake.incydr, store: createDirectoryStore(db), clock, ages: clock });
  let fill = startFiller();
  return {
    ...{ ...fake, clock, directory },
    kill: () => ending.abort(new Error("killed")),
    restart: () => {
      ending = new AbortController();
      fill = startFiller();
    },
    turn: () => fill(ending.signal),
    /** Reads until nothing is due. */
    async untilIdle() {
      let pauseMs = 0;
      while (pauseMs === 0) pauseMs = await fill(ending.signal);
    },
    usernames: async (filter: Partial<DirectoryFilter> = {}) => {
      const page = await directory.users({ ...EVERYBODY, ...filter }, { offset: 0, limit: 1_000 });
      return page.users.map(({ username }) => username);
    },
  };
}

test("the bot reads all users, then the organizations, then the roles of each user, with the lowest priority", async () => {
  const { untilIdle, requests, directory, tenant } = setUp({ count: 130 });
  tenant.roles.set("1000", [{ roleId: "alert-emails", roleName: "Alert Emails" }]);
  await untilIdle();
  const names = requests.map(({ name }) => name);
  expect(names.slice(0, 3)).toEqual(["page 1", "page 2", "orgs"]);
  expect(new Set(names.slice(3))).toEqual(new Set(tenant.users.map(({ userId }) => `roles ${userId}`)));
  expect(names).toHaveLength(3 + 130);
  expect(new Set(requests.map(({ lane }) => lane))).toEqual(new Set(["background"]));
  expect(await directory.age()).toMatchObject({
    ...{ readUsers: 130, expectedUsers: 130, isEveryUserRead: true, usersWithRoles: 130 },
  });
  const holders = await directory.users({ ...EVERYBODY, role: "alert emails" }, { offset: 0, limit: 10 });
  expect(holders).toMatchObject({ total: 1, mayMatch: 0, users: [{ userId: "1000" }] });
});

test.each([300, 60, 1_200])(
  "the readings take at most a fifth of %i requests a minute",
  async (perMinute) => {
    const { untilIdle, requests } = setUp({ count: 450, requestsPerMinute: perMinute });
    await untilIdle();
    const starts = requests.map(({ atMs }) => atMs);
    const spanMs = Math.max(...starts) - Math.min(...starts);
    expect(requests.length).toBeGreaterThan(450);
    // The first request starts at once, and each further one after a fifth of the rate.
    expect((requests.length - 1) / (spanMs / MINUTE_MS)).toBeLessThanOrEqual(perMinute / 5 + 1e-6);
    const window = starts.filter((atMs) => atMs < (starts[0] ?? 0) + MINUTE_MS);
    expect(window.length).toBeLessThanOrEqual(perMinute / 5);
  },
);

test("an organization's list of several requests takes the time of each of them", async () => {
  const { untilIdle, requests, tenant } = setUp();
  tenant.orgs = Array.from({ length: 250 }, (_, index) => ({
    ...tenant.orgs[0],
    orgGuid: `org-${index}`,
  })) as typeof tenant.orgs;
  await untilIdle();
  const at = (name: string) => requests.find((each) => each.name === name)?.atMs ?? Number.NaN;
  expect(at("roles 1000") - at("orgs")).toBe(4_000);
});

test("before a complete reading the directory says how many of how many users it read, and that some are missing", async () => {
  const { turn, directory, tenant, usernames } = setUp({ count: 250 });
  tenant.beforeRequest = (name) => {
    if (name === "page 3") throw incydrFailure("unavailable");
  };
  await expect(turn()).rejects.toThrow("It failed");
  expect(await directory.age()).toMatchObject({
    ...{ readUsers: 200, expectedUsers: 250, isEveryUserRead: false },
  });
  expect(await usernames()).toHaveLength(200);
});

test("a bot that is killed between two pages starts the reading again at once, and keeps the rows", async () => {
  const { turn, kill, restart, directory, tenant, requests } = setUp({ count: 250 });
  tenant.beforeRequest = (name) => {
    if (name === "page 3") kill();
  };
  await turn().catch(() => undefined);
  const { readUsers, isEveryUserRead } = await directory.age();
  expect(readUsers).toBeGreaterThanOrEqual(100);
  expect(isEveryUserRead).toBe(false);
  tenant.beforeRequest = () => {};
  requests.length = 0;
  restart();
  await turn();
  expect(requests.map(({ name }) => name)).toEqual(["page 1", "page 2", "page 3"]);
  expect(await directory.age()).toMatchObject({ readUsers: 250, isEveryUserRead: true });
});

test("a bot that is killed between two users goes on with those whose roles it did not read", async () => {
  const { turn, restart, tenant, requests, untilIdle } = setUp({ count: 60 });
  await turn();
  await turn();
  let left = 20;
  tenant.beforeRequest = () => {
    left -= 1;
    if (left < 0) throw new Error("killed");
  };
  await expect(turn()).rejects.toThrow("killed");
  const first = requests.slice(2, 22).map(({ name }) => name);
  requests.length = 0;
  tenant.beforeRequest = () => {};
  restart();
  await untilIdle();
  const rest = requests.map(({ name }) => name);
  expect(rest).toHaveLength(40);
  expect(rest.filter((name) => first.includes(name))).toEqual([]);
});

test("a user who is missing from two complete readings in a row is gone, and comes back when Incydr has them again", async () => {
  const { untilIdle, tenant, clock, usernames } = setUp();
  await untilIdle();
  const [first, ...others] = tenant.users;
  tenant.users = others;
  clock.advance(15 * MINUTE_MS);
  await untilIdle();
  expect(await usernames()).toHaveLength(3);
  clock.advance(15 * MINUTE_MS);
  await untilIdle();
  expect(await usernames()).toEqual(["user1001@example.com", "user1002@example.com"]);
  tenant.users = [first as NonNullable<typeof first>, ...others];
  clock.advance(15 * MINUTE_MS);
  await untilIdle();
  expect(await usernames()).toHaveLength(3);
});

test("a user who appears between two readings without them is not gone", async () => {
  const { untilIdle, tenant, clock, usernames } = setUp();
  await untilIdle();
  const all = tenant.users;
  for (const users of [all.slice(1), all, all.slice(1)]) {
    tenant.users = users;
    clock.advance(15 * MINUTE_MS);
    await untilIdle();
  }
  expect(await usernames()).toHaveLength(3);
});

test("readings that end early, or with unusable records, never make a user gone", async () => {
  const { turn, tenant, clock, usernames, untilIdle, directory } = setUp({ count: 150 });
  await untilIdle();
  tenant.users = [...tenant.users.slice(1), tenantUser("not an id")];
  for (let reading = 0; reading < 3; reading += 1) {
    clock.advance(15 * MINUTE_MS);
    await untilIdle();
  }
  expect(await usernames()).toHaveLength(150);
  tenant.users = tenant.users.slice(0, -1);
  tenant.beforeRequest = (name) => {
    if (name === "page 2") throw incydrFailure("unavailable");
  };
  for (let reading = 0; reading < 3; reading += 1) {
    clock.advance(15 * MINUTE_MS);
    await expect(turn()).rejects.toThrow("It failed");
  }
  expect(await usernames()).toHaveLength(150);
  expect((await directory.age()).isEveryUserRead).toBe(true);
});

test("the rows of a failed reading are stored, and the next reading begins after five minutes", async () => {
  const { turn, tenant, clock, requests, untilIdle } = setUp({ count: 150 });
  tenant.beforeRequest = (name) => {
    if (name === "page 2") throw incydrFailure("unavailable");
  };
  await expect(turn()).rejects.toThrow("It failed");
  tenant.beforeRequest = () => {};
  requests.length = 0;
  await untilIdle();
  expect(requests.filter(({ name }) => name.startsWith("page"))).toEqual([]);
  clock.advance(5 * MINUTE_MS);
  await untilIdle();
  expect(requests.filter(({ name }) => name.startsWith("page")).map(({ name }) => name)).toEqual([
    "page 1",
    "page 2",
  ]);
});

test("a user whose roles can't be read stops no other, and is tried again", async () => {
  const { untilIdle, tenant, clock, requests, directory } = setUp({ count: 5 });
  tenant.beforeRequest = (name) => {
    if (name === "roles 1001") throw incydrFailure("unavailable", 500);
    if (name === "roles 1003") throw incydrFailure("unexpected_answer");
  };
  await untilIdle();
  expect(await directory.age()).toMatchObject({ readUsers: 5, usersWithRoles: 3 });
  tenant.beforeRequest = () => {};
  clock.advance(15 * MINUTE_MS + 1);
  requests.length = 0;
  await untilIdle();
  const roles = requests.map(({ name }) => name).filter((name) => name.startsWith("roles"));
  expect(roles).toEqual(["roles 1001", "roles 1003"]);
  expect((await directory.age()).usersWithRoles).toBe(5);
});

test("an outage of Incydr ends a turn after five users", async () => {
  const { turn, tenant, requests } = setUp({ count: 20 });
  await turn();
  await turn();
  tenant.beforeRequest = () => {
    throw incydrFailure("unavailable", 503);
  };
  requests.length = 0;
  await expect(turn()).rejects.toThrow("It failed");
  expect(requests).toHaveLength(5);
});

test("roles are read again after six hours, the oldest first", async () => {
  const { untilIdle, clock, requests, tenant } = setUp({ count: 3 });
  await untilIdle();
  tenant.roles.set("1001", [{ roleId: "org-admin", roleName: "Org Admin" }]);
  clock.advance(6 * 60 * MINUTE_MS + 1_000);
  requests.length = 0;
  await untilIdle();
  expect(requests.map(({ name }) => name).filter((name) => name.startsWith("roles"))).toEqual([
    "roles 1000",
    "roles 1001",
    "roles 1002",
  ]);
});

test("readings of a database whose clock was ahead are replaced when it is set right", async () => {
  const { untilIdle, tenant, clock, restart, requests, directory, usernames } = setUp();
  const DAY_MS = 24 * 60 * MINUTE_MS;
  clock.advance(DAY_MS);
  tenant.roles.set("1000", [{ roleId: "alert-emails", roleName: "Alert Emails" }]);
  await untilIdle();
  clock.advance(-DAY_MS);
  restart();
  const rows = createDirectoryStore(store.database.db);
  const record = directoryUser({ user: tenantUser("1001", { active: false }), readAt: clock.now() });
  if (!record) throw new Error("The id can't be used.");
  await rows.updateUser(record);
  expect(await usernames({ active: false })).toEqual(["user1001@example.com"]);
  tenant.users = tenant.users.map(({ userId }) => tenantUser(userId, { active: false }));
  tenant.orgs = tenant.orgs.map((org) => ({ ...org, orgName: "Legal" }));
  tenant.roles.set("1000", [{ roleId: "org-admin", roleName: "Org Admin" }]);
  requests.length = 0;
  await untilIdle();
  expect(requests.map(({ name }) => name)).toEqual([
    ...["page 1", "page 2", "orgs"],
    ...["roles 1000", "roles 1001", "roles 1002"],
  ]);
  expect(await usernames({ active: false })).toHaveLength(3);
  expect(await usernames({ role: "Org Admin" })).toEqual(["user1000@example.com"]);
  expect(await usernames({ role: "Alert Emails" })).toEqual([]);
  const { rows: orgs } = await store.database.pool.query("select org_name from directory_orgs");
  expect(orgs).toEqual([{ org_name: "Legal" }]);
  const age = await directory.age();
  const nowMs = clock.now().getTime();
  for (const at of [age.oldestReadAt, age.oldestRolesReadAt])
    expect(at?.getTime()).toBeLessThanOrEqual(nowMs);
  requests.length = 0;
  await untilIdle();
  expect(requests).toEqual([]);
});

test("a look-up of a user updates the directory, and an earlier page does not undo it", async () => {
  const { untilIdle, directory, clock } = setUp();
  await untilIdle();
  const rows = createDirectoryStore(store.database.db);
  const page = await directory.users(EVERYBODY, { offset: 0, limit: 1 });
  const [user] = page.users;
  if (!user) throw new Error("The directory has no user.");
  clock.advance(MINUTE_MS);
  const age = await directory.age();
  await rows.updateUser({ ...user, active: false, readAt: clock.now() });
  await rows.updateRoles(user.userId, [{ id: "org-admin", name: "Org Admin" }], clock.now());
  // A user could see from the age that somebody looked them up.
  expect(await directory.age()).toEqual(age);
  await rows.saveUsers([user]);
  await rows.saveRoles(user.userId, [], user.readAt);
  const after = await directory.users(
    { ...EVERYBODY, active: false, role: "org admin" },
    { offset: 0, limit: 1 },
  );
  expect(after.users).toMatchObject([{ userId: user.userId, readAt: clock.now() }]);
});

test("a look-up adds no user and no roles that no reading of the directory has found", async () => {
  const { directory, turn, clock } = setUp();
  const rows = createDirectoryStore(store.database.db);
  const record = directoryUser({ user: tenantUser("77"), readAt: clock.now() });
  if (!record) throw new Error("The id can't be used.");
  await rows.updateUser(record);
  expect((await directory.age()).readUsers).toBe(0);
  await turn();
  await rows.updateRoles("1000", [{ id: "org-admin", name: "Org Admin" }], clock.now());
  expect((await directory.age()).usersWithRoles).toBe(0);
});
