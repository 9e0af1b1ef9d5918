import { describe, expect, test } from "vitest";
import {
  type IncydrClient,
  listDevices,
  listUsers,
  parseActorId,
  parseUserId,
} from "../../../src/incydr/index.ts";
import { notFound, refusal, someUser, startIncydr, startSimulatedIncydr } from "./recorded-incydr.ts";
import type { RecordedRequest } from "./recording-server.ts";

const query = ({ target }: RecordedRequest) => new URL(target, "http://x").searchParams;

describe("organizations", () => {
  async function startOrgs(count: number, readings: Parameters<typeof startSimulatedIncydr>[0]) {
    const incydr = await startSimulatedIncydr(readings);
    while (incydr.tenant.orgs.length < count)
      incydr.control.edit.addOrg(`Org ${incydr.tenant.orgs.length}`, "Harborlight");
    return incydr;
  }

  test.each([
    ...(["whole", "absent", "capped", "per_page"] as const).flatMap((totalCount) =>
      (["whole", "paged"] as const).map((orgs) => ({ count: 250, totalCount, orgs })),
    ),
    ...(["whole", "absent", "per_page"] as const).flatMap((totalCount) =>
      [1, 7, 20, 24, 64].map((orgsPageSize) => ({
        count: 70,
        totalCount,
        orgsPageSize,
        orgs: "paged" as const,
      })),
    ),
  ])("are all read, whichever way Incydr answers: %j", async ({ count, ...readings }) => {
    await using incydr = await startOrgs(count, { ...readings, largestTotal: 120 });
    const orgs = await incydr.orgs.list();
    expect(orgs.map(({ orgGuid }) => orgGuid)).toEqual(incydr.tenant.orgs.map(({ orgGuid }) => orgGuid));
    expect(orgs.complete).toBe(true);
  });

  test("are asked for as the reference SDK does, and then on pages", async () => {
    const orgs = (count: number) => Array.from({ length: count }, (_, n) => ({ orgGuid: `org-${n}` }));
    await using incydr = await startIncydr(() => ({ json: { orgs: orgs(18), totalCount: 18 } }));
    expect((await incydr.orgs.list()).complete).toBe(true);
    expect(incydr.lines()).toEqual(["GET /v1/orgs", "GET /v1/orgs?page=2&pageSize=18"]);
    incydr.requests.length = 0;
    incydr.respond((request) => ({
      json: { orgs: query(request).get("page") === "2" ? orgs(40).slice(30) : orgs(30), totalCount: 40 },
    }));
    expect(await incydr.orgs.list()).toHaveLength(40);
    expect(incydr.lines()).toEqual(["GET /v1/orgs", "GET /v1/orgs?page=2&pageSize=30"]);
  });

  test("are an incomplete list, which a hook tells, if Incydr counts more than it gives", async () => {
    const events: unknown[] = [];
    const hooks = { onIncompleteList: (event: unknown) => void events.push(event) };
    const orgs = [{ orgGuid: "a" }, { orgGuid: "b" }];
    await using incydr = await startIncydr(() => ({ json: { orgs, totalCount: 7 } }), { hooks });
    expect((await incydr.orgs.list()).complete).toBe(false);
    expect(events).toEqual([{ path: "/v1/orgs", read: 2, total: 7, skipped: 0 }]);
  });
});

describe("a record that can't be read", () => {
  test("is left out and reported, and the others of its page are read", async () => {
    await using incydr = await startSimulatedIncydr({ recordWithoutId: true });
    const { users, orgs, legalHold, tenant } = incydr;
    const all = users.iterAll();
    const read: string[] = [];
    for await (const user of all) read.push(user.userId);
    expect(read).toHaveLength(tenant.users.length - 1);
    expect(all).toMatchObject({ complete: false, skipped: [{ page: 1, count: 1 }] });
    expect((await users.getPage()).skipped).toBe(1);
    expect(await orgs.list()).toMatchObject({ length: tenant.orgs.length - 1, complete: false });
    expect(await users.listRoles()).toMatchObject({ complete: false, skipped: [{ page: 1, count: 1 }] });
    const dario = parseUserId(tenant.user("dario.conti@harborlight.example").userId);
    expect(await legalHold.mattersOf(dario)).toMatchObject({ length: 0, complete: false });
  });

  test.each([[null], ["text"], [7], [[]], [{}], [{ userId: "" }], [{ userId: 2 ** 60 }]])(
    "may be anything: %j",
    async (odd) => {
      const users = [{ userId: "1" }, odd, { userId: "2" }];
      await using incydr = await startIncydr(() => ({ json: { users, totalCount: 3 } }));
      const page = await incydr.users.getPage();
      expect(page.users.map(({ userId }) => userId)).toEqual(["1", "2"]);
      expect(page.skipped).toBe(1);
    },
  );
});

test.each([
  ["one can't be read", { roles: [{ roleId: "desktop-user" }, { roleName: "Org Admin" }] }],
  ["Incydr counts more than it gives", { roles: [{ roleId: "desktop-user" }], totalCount: 2 }],
])("a user's roles fail the call if %s, for the whole set would be written back", async (_, json) => {
  await using incydr = await startIncydr(() => ({ json }));
  for (const call of [incydr.users.listUserRoles(someUser), incydr.users.addRoles(someUser, "desktop-user")])
    expect(await refusal(call)).toMatchObject({ code: "unexpected_answer" });
  expect(incydr.lines().filter((line) => line.startsWith("PUT"))).toEqual([]);
});

test.each(["whole", "absent", "per_page"] as const)(
  "all users are read over pages that Incydr cuts, if the total is %s",
  async (totalCount) => {
    await using incydr = await startSimulatedIncydr({ totalCount, maxPageSize: 24 });
    const ids = incydr.tenant.users.map(({ userId }) => userId);
    const all = incydr.users.iterAll();
    const read: string[] = [];
    for await (const { userId } of all) read.push(userId);
    expect(read).toEqual(ids);
    expect(all.complete).toBe(true);
    expect(await listUsers(incydr.users)).toMatchObject({ length: ids.length, complete: true });
  },
);

test("all devices of a user are read over their pages", async () => {
  const all = Array.from({ length: 130 }, (_, n) => ({ deviceId: `${n}` }));
  await using incydr = await startIncydr((request) => {
    const from = (Number(query(request).get("page")) - 1) * 100;
    return { json: { devices: all.slice(from, from + 100) } };
  });
  expect(await listDevices(incydr.users, someUser)).toMatchObject({ length: 130, complete: true });
});

test("two memberships of one legal-hold matter are both read, of which one may have ended", async () => {
  const memberships = [false, true].map((membershipActive) => ({ matterId: "m-1", membershipActive }));
  await using incydr = await startIncydr((request) => ({
    json: { matters: query(request).get("page") === "1" ? memberships : [] },
  }));
  const matters = await incydr.legalHold.mattersOf(someUser);
  expect(matters.map(({ membershipActive }) => membershipActive)).toEqual([false, true]);
  expect(matters.complete).toBe(true);
});

test.each<[string, (client: IncydrClient) => Promise<unknown>]>([
  ["users", ({ users }) => users.getPage()],
  ["users of a username", ({ users }) => users.getUser("ann@x.example")],
  ["roles", ({ users }) => users.listRoles()],
  ["organizations", ({ orgs }) => orgs.list()],
  ["agents", ({ agents }) => agents.getAgents(someUser)],
  ["watchlists", ({ watchlists }) => watchlists.of(parseActorId("a-1"))],
])("a list of %s isn't taken for empty after a 404, in Incydr's shape either", async (_, read) => {
  await using incydr = await startIncydr(() => notFound);
  expect(await refusal(read(incydr))).toMatchObject({ code: "unexpected_answer", status: 404 });
});
