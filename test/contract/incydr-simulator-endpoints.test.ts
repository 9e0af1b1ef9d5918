import { describe, expect, test } from "vitest";
import { ENDPOINTS } from "../../sandbox/incydr/endpoints.ts";
import { startIncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";
import { basic, call, DARIO, NADIA, startSimulator } from "./incydr-simulator-caller.ts";

const USER_FIELDS = [
  ...["active", "blocked", "creationDate", "firstName", "lastName", "legacyOrgId", "legacyUserId"],
  ...["modificationDate", "notes", "orgGuid", "orgId", "orgName", "userId", "username"],
];

test("the table of endpoints and the registered routes are the same, both ways", async () => {
  await using simulator = await startIncydrSimulator();
  const written = ENDPOINTS.map(({ method, route }) => `${method} ${route}`).toSorted();
  const registered = simulator.routes.map(({ method, route }) => `${method} ${route}`).toSorted();
  expect(registered).toEqual(written);
});

test("any other endpoint is answered with 404 and stands in the request log without a route", async () => {
  await using simulator = await startSimulator();
  expect((await simulator.post(`/v1/orgs/${simulator.tenant.user(NADIA).orgGuid}/deactivate`)).status).toBe(
    404,
  );
  expect((await simulator.get("/v1/users/%zz")).status).toBe(400);
  expect(simulator.requestLog().slice(-2)).toMatchObject([
    { method: "POST", route: null, status: 404 },
    { method: "GET", path: "/v1/users/%zz", route: null, status: 400 },
  ]);
});

describe("POST /v1/oauth", () => {
  test("gives a bearer token of 900 seconds for Basic credentials, with or without the grant type", async () => {
    await using simulator = await startIncydrSimulator();
    for (const query of ["", "?grant_type=client_credentials"]) {
      const headers = basic(simulator.clientId, simulator.clientSecret);
      const answer = await call(`${simulator.url}/v1/oauth${query}`, "POST", headers);
      expect(answer.status).toBe(200);
      expect(answer.json()).toEqual({
        access_token: expect.any(String),
        token_type: "bearer",
        expires_in: 900,
      });
    }
  });

  test("the token has the shape of a JWT that names the tenant, and says that it is fictional", async () => {
    await using simulator = await startIncydrSimulator();
    const headers = basic(simulator.clientId, simulator.clientSecret);
    const answer = await call(`${simulator.url}/v1/oauth`, "POST", headers);
    const [header = "", payload = "", signature = ""] = String(answer.json().access_token).split(".");
    const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
    expect(read(header)).toEqual({ alg: "none", typ: "JWT" });
    expect(read(payload)).toMatchObject({ tenantUid: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(signature).toMatch(/^incydr-token-[0-9a-f]{40}$/);
  });

  test("takes the credentials from a form body as well", async () => {
    await using simulator = await startIncydrSimulator();
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: simulator.clientId,
      client_secret: simulator.clientSecret,
    });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect((await call(`${simulator.url}/v1/oauth`, "POST", headers, form.toString())).status).toBe(200);
  });

  test("refuses wrong credentials with 401 and another grant type with 400", async () => {
    await using simulator = await startIncydrSimulator();
    const url = `${simulator.url}/v1/oauth`;
    expect((await call(url, "POST", basic(simulator.clientId, "wrong"))).status).toBe(401);
    expect((await call(url, "POST")).status).toBe(401);
    const headers = basic(simulator.clientId, simulator.clientSecret);
    expect((await call(`${url}?grant_type=password`, "POST", headers)).status).toBe(400);
  });
});

describe("GET /v1/users", () => {
  test("pages from 1 with 100 to a page, and counts all", async () => {
    await using simulator = await startSimulator();
    const seen: string[] = [];
    for (const [page, size] of [
      [1, 100],
      [2, 100],
      [3, 100],
      [4, 20],
      [5, 0],
    ]) {
      const body = (await simulator.get(`/v1/users?page=${page}`)).json();
      const users = body.users as { userId: string }[]; // the shape is what this test is about
      expect(users).toHaveLength(size ?? -1);
      expect(body.totalCount).toBe(320);
      seen.push(...users.map((user) => user.userId));
    }
    expect(new Set(seen).size).toBe(320);
  });

  test("shows each user with all fields", async () => {
    await using simulator = await startSimulator();
    const body = (await simulator.get(`/v1/users?username=${NADIA}`)).json();
    expect(body).toEqual({ users: [simulator.tenant.user(NADIA)], totalCount: 1 });
    expect(Object.keys(simulator.tenant.user(NADIA)).toSorted()).toEqual(USER_FIELDS);
  });

  test("filters by active and blocked, booleans in any case", async () => {
    await using simulator = await startSimulator();
    const count = async (query: string) => (await simulator.get(`/v1/users?${query}`)).json().totalCount;
    const inactive = simulator.tenant.users.filter((user) => !user.active).length;
    expect(await count("active=false")).toBe(inactive);
    expect(await count("active=False")).toBe(inactive);
    expect(await count("active=TRUE")).toBe(320 - inactive);
    const rolf = await simulator.get("/v1/users?blocked=true&username=rolf.brandt");
    expect(rolf.json().totalCount).toBe(1);
  });

  test("finds usernames with a plus and with letters beyond ASCII, when they are escaped", async () => {
    await using simulator = await startSimulator();
    for (const username of ["victor.hale+lab@harborlight.example", "pär.öberg@harborlight.example"]) {
      const path = `/v1/users?username=${encodeURIComponent(username)}`;
      expect((await simulator.get(path)).json()).toMatchObject({ users: [{ username }], totalCount: 1 });
    }
    expect(
      (await simulator.get("/v1/users?username=victor.hale+lab@harborlight.example")).json().totalCount,
    ).toBe(0);
  });

  test("answers 400 to a page, a size or a boolean that is none", async () => {
    await using simulator = await startSimulator();
    for (const query of ["page=0", "page=x", "pageSize=0", "pageSize=1.5", "active=maybe", "active="]) {
      expect((await simulator.get(`/v1/users?${query}`)).status, query).toBe(400);
    }
  });
});

describe("one user", () => {
  test("is shown by id, and is 404 for any other id", async () => {
    await using simulator = await startSimulator();
    expect((await simulator.get(simulator.pathOf(NADIA))).json()).toEqual(simulator.tenant.user(NADIA));
    expect((await simulator.get("/v1/users/100000000000000000")).status).toBe(404);
  });

  test("has devices that can be filtered, sorted and paged", async () => {
    await using simulator = await startSimulator();
    const path = `${simulator.pathOf(NADIA)}/devices`;
    const devices = simulator.tenant.devicesOf(NADIA);
    const names = devices.map((device) => device.name).toSorted();
    const shown = async (query: string) => {
      const body = (await simulator.get(`${path}?${query}`)).json();
      return (body.devices as { name: string }[]).map((device) => device.name); // shape under test
    };
    expect((await simulator.get(path)).json()).toMatchObject({ totalCount: 2 });
    expect(await shown("sortKey=name&sortDirection=asc")).toEqual(names);
    expect(await shown("sortKey=name&sortDirection=desc")).toEqual(names.toReversed());
    expect(await shown("page=2&pageSize=1")).toEqual(names.slice(1));
    expect(await shown("active=false")).toEqual([]);
    for (const key of ["osHostname", "os", "lastConnected"]) {
      expect(await shown(`sortKey=${key}`)).toHaveLength(2);
    }
    expect((await simulator.get(`${path}?sortKey=NAME`)).status).toBe(400);
    expect((await simulator.get(`${path}?sortDirection=ASC`)).status).toBe(400);
  });

  test("has roles with the ids of their permissions", async () => {
    await using simulator = await startSimulator();
    const answer = await simulator.get(`${simulator.pathOf(NADIA)}/roles`);
    expect(answer.json()).toEqual({
      roles: [
        {
          roleId: "desktop-user",
          roleName: "Desktop User",
          creationDate: expect.any(String),
          modificationDate: expect.any(String),
          permissionIds: ["desktop.signin"],
        },
        expect.objectContaining({ roleId: "proe-user", roleName: "PROe User" }),
      ],
    });
  });
});

describe("the role catalogue", () => {
  test("is a bare array of the assignable roles with their permissions", async () => {
    await using simulator = await startSimulator();
    const roles: unknown = JSON.parse((await simulator.get("/v1/users/roles")).text);
    expect(roles).toHaveLength(19);
    expect(roles).toContainEqual({
      roleId: "watchlist-manager",
      roleName: "Watchlist Manager",
      creationDate: expect.any(String),
      modificationDate: expect.any(String),
      permissions: [
        { permission: "watchlists.read", description: expect.any(String) },
        { permission: "watchlists.write", description: expect.any(String) },
      ],
    });
  });

  test("shows one role by id, not by name", async () => {
    await using simulator = await startSimulator();
    expect((await simulator.get("/v1/users/roles/alert-emails")).json().roleName).toBe("Alert Emails");
    expect((await simulator.get("/v1/users/roles/Alert%20Emails")).status).toBe(404);
  });
});

describe("orgs", () => {
  test("are listed with their counts, the closed one only unless active is asked for", async () => {
    await using simulator = await startSimulator();
    const all = (await simulator.get("/v1/orgs")).json();
    const active = (await simulator.get("/v1/orgs?active=true")).json();
    expect(all.totalCount).toBe(18);
    expect(active.totalCount).toBe(17);
    expect((await simulator.get("/v1/orgs?active=False")).json()).toMatchObject({
      orgs: [{ orgName: "Skerry Works", active: false, deactivationDate: expect.any(String) }],
    });
  });

  test("are shown one by one, the user count following a move", async () => {
    await using simulator = await startSimulator();
    const legal = simulator.tenant.org("Legal");
    const count = async () => (await simulator.get(`/v1/orgs/${legal.orgGuid}`)).json().userCount;
    const before = Number(await count());
    await simulator.post(`${simulator.pathOf(NADIA)}/move`, { orgGuid: legal.orgGuid });
    expect(await count()).toBe(before + 1);
    expect((await simulator.get("/v1/orgs/nowhere")).status).toBe(404);
  });
});

describe("the facts of a preflight:", () => {
  test("agents are filtered by user and sorted by words in upper case", async () => {
    await using simulator = await startSimulator();
    const path = `/v1/agents?userId=${simulator.tenant.user(NADIA).userId}`;
    const names = simulator.tenant
      .agentsOf(NADIA)
      .map((agent) => agent.name)
      .toSorted();
    const body = (await simulator.get(`${path}&active=True&srtKey=NAME&srtDir=DESC`)).json();
    expect(body).toMatchObject({
      agents: names.toReversed().map((name) => ({ name })),
      totalCount: 2,
      page: 1,
      pageSize: 100,
    });
    expect((await simulator.get(`${path}&srtKey=name`)).status).toBe(400);
    expect((await simulator.get(`${path}&srtDir=asc`)).status).toBe(400);
    expect((await simulator.get("/v1/agents?pageSize=500")).json().totalCount).toBeGreaterThan(200);
  });

  test("legal-hold matters are listed with the state of the membership, and are empty for most people", async () => {
    await using simulator = await startSimulator();
    const matters = async (who: string) =>
      (await simulator.get(`/v1/legal-hold/custodians/${simulator.tenant.user(who).userId}`)).json();
    expect(await matters(DARIO)).toEqual({
      matters: [
        {
          matterId: expect.stringMatching(/^\d{18}$/),
          name: "Meridian litigation",
          membershipActive: true,
          membershipCreationDate: expect.any(String),
        },
      ],
    });
    expect(await matters(NADIA)).toEqual({ matters: [] });
    expect((await simulator.get("/v1/legal-hold/custodians/1")).status).toBe(404);
  });

  test("watchlists are found by the actor, whose id is not the user's", async () => {
    await using simulator = await startSimulator();
    const actor = (await simulator.get(`/v1/actors/actor/name/${NADIA}/parent`)).json();
    expect(actor).toMatchObject({ name: NADIA, active: true, parentActorId: null });
    expect(actor.actorId).not.toBe(simulator.tenant.user(NADIA).userId);
    const lists = await simulator.get(`/v2/watchlists?actorId=${actor.actorId}`);
    expect(lists.json()).toMatchObject({
      watchlists: [{ listType: "DEPARTING_EMPLOYEE", title: "Departing employees" }],
      totalCount: 1,
    });
    expect((await simulator.get("/v2/watchlists")).json().totalCount).toBe(3);
    const none = await simulator.get(`/v2/watchlists?actorId=${simulator.tenant.user(NADIA).userId}`);
    expect(none.json()).toEqual({ watchlists: [], totalCount: 0 });
  });

  test("an actor is found by the beginning of its name in any case, and by its id", async () => {
    await using simulator = await startSimulator();
    const search = await simulator.get("/v1/actors/actor/search?nameStartsWith=NADIA.P&page=1&pageSize=500");
    const { actors, ...rest } = search.json() as { actors: Record<string, unknown>[] }; // as the SDK models it
    expect(rest).toEqual({});
    expect(actors).toMatchObject([{ name: NADIA, parentActorId: null, notes: null, startDate: null }]);
    const byId = await simulator.get(`/v1/actors/actor/id/${actors[0]?.actorId}`);
    expect(byId.json()).toEqual(actors[0]);
    expect((await simulator.get("/v1/actors/actor/id/1")).status).toBe(404);
  });

  test("an actor's parent is given in its place, and the watchlists know the parent alone", async () => {
    await using simulator = await startSimulator();
    const name = "victor.hale+lab@harborlight.example";
    const [child] = (
      await simulator.get(`/v1/actors/actor/search?nameStartsWith=${encodeURIComponent(name)}`)
    ).json().actors as Record<string, unknown>[]; // as the SDK models it
    const parent = (await simulator.get(`/v1/actors/actor/name/${encodeURIComponent(name)}/parent`)).json();
    expect(parent).toMatchObject({ name: "victor.hale@harborlight.example", parentActorId: null });
    expect(child?.parentActorId).toBe(parent.actorId);
    expect((await simulator.get(`/v1/actors/actor/id/${child?.actorId}/parent`)).json()).toEqual(parent);
    const countOf = async (actorId: unknown) =>
      (await simulator.get(`/v2/watchlists?actorId=${actorId}`)).json().totalCount;
    expect(await countOf(parent.actorId)).toBe(1);
    expect(await countOf(child?.actorId)).toBe(0);
  });

  test("the path of an actor's name alone, which no version of the SDK calls, is 404", async () => {
    await using simulator = await startSimulator();
    expect((await simulator.get(`/v1/actors/actor/name/${NADIA}`)).status).toBe(404);
    expect(simulator.requestLog().at(-1)).toMatchObject({ route: null, status: 404 });
  });

  test("a person without an actor is 404", async () => {
    await using simulator = await startSimulator();
    const path = "/v1/actors/actor/name/service.backup@harborlight.example/parent";
    expect((await simulator.get(path)).status).toBe(404);
  });
});
