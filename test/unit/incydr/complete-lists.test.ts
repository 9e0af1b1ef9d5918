import { describe, expect, test } from "vitest";
import { startIncydrSimulator } from "../../../sandbox/incydr/incydr-simulator.ts";
import type { ReadingsChange } from "../../../sandbox/incydr/readings.ts";
import {
  type IncydrClientOptions,
  listDevices,
  listUsers,
  parseActorId,
  parseUserId,
} from "../../../src/incydr/index.ts";
import { notFound, someUser, startIncydr } from "./recorded-incydr.ts";
import { openClient, type RecordedRequest } from "./recording-server.ts";

const query = ({ target }: RecordedRequest) => new URL(target, "http://x").searchParams;

async function startTenant(readings: ReadingsChange, options: Partial<IncydrClientOptions> = {}) {
  const simulator = await startIncydrSimulator({ requestsPerMinute: null, readings });
  const { clientId, clientSecret } = simulator;
  const client = openClient(simulator.url, { clientId, clientSecret, ...options });
  return {
    simulator,
    client,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await simulator.close();
    },
  };
}

describe("organizations", () => {
  const totals = ["whole", "absent", "capped", "per_page"] as const;

  test.each(
    totals.flatMap((totalCount) => (["whole", "paged"] as const).map((orgs) => ({ totalCount, orgs }))),
  )("are all read, the 250th too, where Incydr answers as %j", async (readings) => {
    await using tenant = await startTenant({ ...readings, largestTotal: 120 });
    const { edit } = tenant.simulator.control;
    while (tenant.simulator.tenant.orgs.length < 250) {
      edit.addOrg(`Org ${tenant.simulator.tenant.orgs.length}`, "Harborlight");
    }
    const orgs = await tenant.client.orgs.list();
    expect(orgs.map(({ orgGuid }) => orgGuid)).toEqual(
      tenant.simulator.tenant.orgs.map(({ orgGuid }) => orgGuid),
    );
    expect(orgs.complete).toBe(true);
  });

  test.each(
    (["whole", "absent", "per_page"] as const).flatMap((totalCount) =>
      [1, 7, 20, 24, 64].map((orgsPageSize) => ({ totalCount, orgsPageSize })),
    ),
  )("are all read where Incydr cuts their pages to any size: %j", async (readings) => {
    await using tenant = await startTenant({ ...readings, orgs: "paged" });
    const { edit } = tenant.simulator.control;
    while (tenant.simulator.tenant.orgs.length < 70) {
      edit.addOrg(`Org ${tenant.simulator.tenant.orgs.length}`, "Harborlight");
    }
    const orgs = await tenant.client.orgs.list();
    expect(orgs).toHaveLength(tenant.simulator.tenant.orgs.length);
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

  test("of which Incydr counts more than it gives are an incomplete list, and a hook tells", async () => {
    const events: unknown[] = [];
    const hooks = { onIncompleteList: (event: unknown) => void events.push(event) };
    await using incydr = await startIncydr(
      () => ({
        json: { orgs: [{ orgGuid: "a" }, { orgGuid: "b" }], totalCount: 7 },
      }),
      { hooks },
    );
    expect((await incydr.orgs.list()).complete).toBe(false);
    expect(events).toEqual([{ path: "/v1/orgs", read: 2, total: 7, skipped: 0 }]);
  });
});

describe("one record that can't be read", () => {
  test("is skipped and reported, and the others of its page are read", async () => {
    await using tenant = await startTenant({ recordWithoutId: true });
    const { users, orgs, legalHold } = tenant.client;
    const all = users.iterAll();
    const read: string[] = [];
    for await (const user of all) read.push(user.userId);
    expect(read).toHaveLength(tenant.simulator.tenant.users.length - 1);
    expect(all).toMatchObject({ complete: false, skipped: [{ page: 1, count: 1 }] });
    const list = await orgs.list();
    expect(list).toHaveLength(tenant.simulator.tenant.orgs.length - 1);
    expect(list.complete).toBe(false);
    expect((await users.getPage()).skipped).toBe(1);
    const roles = await users.listRoles();
    expect(roles).toMatchObject({ complete: false, skipped: [{ page: 1, count: 1 }] });
    const dario = tenant.simulator.tenant.user("dario.conti@harborlight.example");
    const matters = await legalHold.mattersOf(parseUserId(dario.userId));
    expect(matters).toHaveLength(0);
    expect(matters.complete).toBe(false);
  });

  test.each([[null], ["text"], [7], [[]], [{}], [{ userId: "" }], [{ userId: 2 ** 60 }]])(
    "may be anything: %j",
    async (odd) => {
      await using incydr = await startIncydr(() => ({
        json: { users: [{ userId: "1" }, odd, { userId: "2" }], totalCount: 3 },
      }));
      const { users, skipped } = await incydr.users.getPage();
      expect(users.map(({ userId }) => userId)).toEqual(["1", "2"]);
      expect(skipped).toBe(1);
    },
  );

  test("of a user's roles fails the call, for the whole set is written back", async () => {
    await using incydr = await startIncydr(() => ({
      json: { roles: [{ roleId: "desktop-user" }, { roleName: "Org Admin" }] },
    }));
    await expect(incydr.users.listUserRoles(someUser)).rejects.toMatchObject({ code: "unexpected_answer" });
    await expect(incydr.users.addRoles(someUser, "desktop-user")).rejects.toMatchObject({
      code: "unexpected_answer",
    });
    expect(incydr.lines().filter((line) => line.startsWith("PUT"))).toEqual([]);
  });
});

test("a user's roles of which Incydr counts more than it gives are none", async () => {
  await using incydr = await startIncydr(() => ({
    json: { roles: [{ roleId: "desktop-user" }], totalCount: 2 },
  }));
  await expect(incydr.users.listUserRoles(someUser)).rejects.toMatchObject({ code: "unexpected_answer" });
});

test("all users and all devices are read over their pages, whatever a total says", async () => {
  for (const totalCount of ["whole", "absent", "per_page"] as const) {
    for (const maxPageSize of [10, 20, 24, 64, 100]) {
      await using tenant = await startTenant({ totalCount, maxPageSize });
      const all = tenant.client.users.iterAll();
      let count = 0;
      for await (const _ of all) count += 1;
      expect(count).toBe(tenant.simulator.tenant.users.length);
      expect(all.complete).toBe(true);
      expect(await listUsers(tenant.client.users)).toMatchObject({ length: count, complete: true });
    }
  }

  await using incydr = await startIncydr((request) => {
    const from = (Number(query(request).get("page")) - 1) * 100;
    const devices = Array.from({ length: 130 }, (_, n) => ({ deviceId: `${n}` })).slice(from, from + 100);
    return { json: { devices } };
  });
  const devices = await listDevices(incydr.users, someUser);
  expect(devices).toHaveLength(130);
  expect(devices.complete).toBe(true);
});

test("two memberships of one legal-hold matter are both read, of which one may have ended", async () => {
  const matter = { matterId: "m-1", name: "Meridian" };
  const memberships = [
    { ...matter, membershipActive: false },
    { ...matter, membershipActive: true },
  ];
  await using incydr = await startIncydr((request) => ({
    json: { matters: query(request).get("page") === "1" ? memberships : [] },
  }));
  const matters = await incydr.legalHold.mattersOf(someUser);
  expect(matters.map(({ membershipActive }) => membershipActive)).toEqual([false, true]);
  expect(matters.complete).toBe(true);
});

test("a role by its name isn't concluded from a list of roles that may be incomplete, by its id it is", async () => {
  await using incydr = await startIncydr(({ target }) => {
    if (target === "/v1/users/roles") return { json: [{ roleId: "org-admin", roleName: "Org Admin" }, {}] };
    if (target === "/v1/users/roles/org-admin") return { json: { roleId: "org-admin" } };
    return notFound;
  });
  for (const name of ["Org Admin", "No Such Role"]) {
    await expect(incydr.users.getRole(name)).rejects.toMatchObject({
      code: "unexpected_answer",
      message: expect.stringContaining("may be incomplete"),
    });
  }
  expect(await incydr.users.getRole("org-admin")).toMatchObject({ roleId: "org-admin" });
  await expect(incydr.users.getRole("no-such-role")).rejects.toMatchObject({ code: "not_found" });
});

test("a 404 that isn't Incydr's is no proof that there is no such role", async () => {
  await using incydr = await startIncydr(({ target }) => {
    if (target === "/v1/users/roles") return { json: [] };
    if (target.endsWith(`${someUser}/roles`)) return { json: { roles: [] } };
    return { status: 404, text: "<h1>404</h1>" };
  });
  await expect(incydr.users.addRoles(someUser, "org-admin")).rejects.toMatchObject({
    code: "unexpected_answer",
  });
});

test.each<[string, (client: ReturnType<typeof openClient>) => Promise<unknown>]>([
  ["users", (client) => client.users.getPage()],
  ["users of a name", (client) => client.users.getUser("ann@x.example")],
  ["roles", (client) => client.users.listRoles()],
  ["organizations", (client) => client.orgs.list()],
  ["agents", (client) => client.agents.getAgents(someUser)],
  ["watchlists", (client) => client.watchlists.of(parseActorId("a-1"))],
])("a 404 of a list is no answer about what it holds, in Incydr's shape either: %s", async (_, read) => {
  await using incydr = await startIncydr(() => ({
    status: 404,
    json: { problem: "NOT_FOUND", description: null },
  }));
  await expect(read(incydr)).rejects.toMatchObject({ code: "unexpected_answer", status: 404 });
});
