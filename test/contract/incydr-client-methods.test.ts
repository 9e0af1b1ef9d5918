import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { User } from "../../src/incydr/index.ts";
import type { RecordedRequest } from "../unit/incydr/recording-server.ts";
import {
  cannedActor,
  cannedAgent,
  cannedDevice,
  cannedMatter,
  cannedOrg,
  cannedRole,
  cannedUser,
  cannedUserRole,
  cannedWatchlist,
} from "./incydr-client-canned.ts";
import { type ContractWorld, startCannedWorld, startSimulatedWorld } from "./incydr-client-world.ts";

const worlds = { "a recording server": startCannedWorld, "the simulator": startSimulatedWorld };

const aBearer = expect.stringMatching(/^Bearer \S+$/);

const everyHeader = {
  accept: "application/json",
  "accept-encoding": "gzip, compress, deflate, br",
  "user-agent": "incydr-chatops",
};

/** All headers except the headers about the connection. */
function headersOf({ headers }: RecordedRequest) {
  const { host: _host, connection: _connection, ...others } = headers;
  return others;
}

function expectedHeaders({ method, body }: RecordedRequest) {
  return {
    ...everyHeader,
    authorization: aBearer,
    ...(body === "" ? {} : { "content-type": "application/json" }),
    ...(method === "GET" ? {} : { "content-length": `${Buffer.byteLength(body)}` }),
  };
}

describe.each(Object.entries(worlds))("against %s", (_, start) => {
  let world: ContractWorld;
  beforeEach(async () => {
    world = await start();
  });
  afterEach(async () => {
    for (const request of world.server.requests) expect(headersOf(request)).toEqual(expectedHeaders(request));
    await world[Symbol.asyncDispose]();
  });

  /** The request lines of the call, each with its body. */
  const sent = () =>
    world.server.requests.map(({ method, target, body }) => `${method} ${target} ${body}`.trim());

  const aDate = expect.any(Date);
  const aUser = () =>
    expect.objectContaining({
      userId: world.userId,
      username: world.username,
      active: true,
      creationDate: aDate,
    });

  test("every request carries the token and asks for JSON; one with a body says that it is JSON", async () => {
    await world.client.users.move(world.userId, world.orgGuid);
    await world.client.users.activate(world.userId);
    await world.client.users.getUser(world.userId);
    const common = { ...everyHeader, authorization: aBearer };
    const length = `${JSON.stringify({ orgGuid: world.orgGuid }).length}`;
    expect(world.server.requests.map(headersOf)).toEqual([
      { ...common, "content-type": "application/json", "content-length": length },
      { ...common, "content-length": "0" },
      common,
    ]);
    expect(world.server.tokenRequests.map(headersOf)).toEqual([
      { ...common, authorization: expect.stringMatching(/^Basic \S+$/), "content-length": "0" },
    ]);
  });

  test("activate sends one POST", async () => {
    expect(await world.client.users.activate(world.inactiveUserId)).toEqual({ already: false });
    expect(sent()).toEqual([`POST /v1/users/${world.inactiveUserId}/activate`]);
  });

  test("deactivate sends one POST", async () => {
    expect(await world.client.users.deactivate(world.userId)).toEqual({ already: false });
    expect(sent()).toEqual([`POST /v1/users/${world.userId}/deactivate`]);
  });

  test("deactivate of a custodian under legal hold fails with legal_hold", async () => {
    await expect(world.client.users.deactivate(world.custodianId)).rejects.toMatchObject({
      code: "legal_hold",
      status: 400,
      sent: "yes",
    });
  });

  test("addRoles reads the roles and puts the larger set", async () => {
    expect(await world.client.users.addRoles(world.userId, "Alert Emails")).toMatchObject({
      processedReplacementRoleIds: ["desktop-user", "proe-user", "alert-emails"],
      newlyAssignedRolesIds: ["alert-emails"],
      unassignedRolesIds: [],
      ignoredRolesIds: [],
    });
    expect(sent()).toEqual([
      `GET /v1/users/${world.userId}/roles`,
      "GET /v1/users/roles",
      `GET /v1/users/${world.userId}/roles`,
      `PUT /v1/users/${world.userId}/roles {"roleIds":["desktop-user","proe-user","alert-emails"]}`,
    ]);
  });

  test("removeRoles reads the roles and puts the smaller set", async () => {
    expect(await world.client.users.removeRoles(world.userId, ["PROe User"])).toMatchObject({
      processedReplacementRoleIds: ["desktop-user"],
      unassignedRolesIds: ["proe-user"],
    });
    expect(sent()).toEqual([
      `GET /v1/users/${world.userId}/roles`,
      `PUT /v1/users/${world.userId}/roles {"roleIds":["desktop-user"]}`,
    ]);
  });

  test("updateRoles puts exactly the named roles", async () => {
    expect(await world.client.users.updateRoles(world.userId, ["proe-user"])).toMatchObject({
      processedReplacementRoleIds: ["proe-user"],
      unassignedRolesIds: ["desktop-user"],
    });
    expect(sent().at(-1)).toBe(`PUT /v1/users/${world.userId}/roles {"roleIds":["proe-user"]}`);
  });

  test("move sends one POST with the organization", async () => {
    expect(await world.client.users.move(world.userId, world.orgGuid)).toBeUndefined();
    expect(sent()).toEqual([`POST /v1/users/${world.userId}/move {"orgGuid":"${world.orgGuid}"}`]);
  });

  test("getDevices reads one page of a user's devices", async () => {
    const { devices, totalCount } = await world.client.users.getDevices(world.userId);
    expect(devices[0]).toMatchObject({
      userId: world.userId,
      active: true,
      alertState: expect.any(Number),
      lastConnected: aDate,
    });
    expect(totalCount).toBe(devices.length);
    const query = {
      active: true,
      blocked: false,
      pageNum: 2,
      pageSize: 5,
      sortDir: "desc",
      sortKey: "lastConnected",
    } as const;
    await world.client.users.getDevices(world.userId, query);
    expect(sent()).toEqual([
      `GET /v1/users/${world.userId}/devices?page=1&pageSize=100&sortKey=name&sortDirection=asc`,
      `GET /v1/users/${world.userId}/devices?active=true&blocked=false&page=2&pageSize=5&sortKey=lastConnected&sortDirection=desc`,
    ]);
  });

  test("getPage reads one page of users", async () => {
    const { users, totalCount } = await world.client.users.getPage();
    expect(users.length).toBe(Math.min(100, world.userCount));
    expect(totalCount).toBe(world.userCount);
    await world.client.users.getPage({
      active: false,
      blocked: true,
      username: "a+b@x.example",
      pageNum: 2,
      pageSize: 7,
    });
    expect(sent()).toEqual([
      "GET /v1/users?page=1&pageSize=100",
      "GET /v1/users?active=false&blocked=true&username=a%2Bb%40x.example&page=2&pageSize=7",
    ]);
  });

  test("getRole finds a role by name and reads it by its id", async () => {
    const role = await world.client.users.getRole("Desktop User");
    expect(role).toMatchObject({ roleId: "desktop-user", roleName: "Desktop User", creationDate: aDate });
    expect(role.permissions[0]).toMatchObject({
      permission: "desktop.signin",
      description: expect.any(String),
    });
    expect(sent()).toEqual(["GET /v1/users/roles", "GET /v1/users/roles/desktop-user"]);
  });

  test("getUser finds a user by id and by username", async () => {
    expect(await world.client.users.getUser(world.userId)).toEqual(aUser());
    expect(await world.client.users.getUser(world.username.toUpperCase())).toEqual(aUser());
    expect(sent()).toEqual([
      `GET /v1/users/${world.userId}`,
      // The client asks for both spellings, because the server may be case-sensitive.
      `GET /v1/users?username=${encodeURIComponent(world.username.toUpperCase())}&page=1&pageSize=100`,
      `GET /v1/users?username=${encodeURIComponent(world.username)}&page=1&pageSize=100`,
    ]);
    await expect(world.client.users.getUser("1")).rejects.toMatchObject({ code: "not_found", status: 404 });
  });

  test("iterAll reads every user once", async () => {
    const users: User[] = [];
    for await (const user of world.client.users.iterAll({ pageSize: 200 })) users.push(user);
    expect(users).toHaveLength(world.userCount);
    expect(users).toContainEqual(aUser());
    // If the total equals the length of the only page, it may count only that page. So the client requests one more
    // page.
    const pages = Math.max(2, Math.ceil(world.userCount / 200));
    expect(sent()).toEqual(
      Array.from({ length: pages }, (_page, n) => `GET /v1/users?page=${n + 1}&pageSize=200`),
    );
  });

  test("listRoles reads the assignable roles", async () => {
    const roles = await world.client.users.listRoles();
    expect(roles.map(({ roleId }) => roleId)).toEqual(
      expect.arrayContaining(["desktop-user", "proe-user", "alert-emails"]),
    );
    expect(sent()).toEqual(["GET /v1/users/roles"]);
  });

  test("listUserRoles reads the roles of a user", async () => {
    const roles = await world.client.users.listUserRoles(world.userId);
    expect(roles.map(({ roleName }) => roleName)).toEqual(["Desktop User", "PROe User"]);
    expect(roles[0]).toMatchObject({
      permissionIds: expect.arrayContaining(["desktop.signin"]),
      creationDate: aDate,
    });
    expect(sent()).toEqual([`GET /v1/users/${world.userId}/roles`]);
  });

  test("orgs.list reads all organizations, and orgs.get reads one", async () => {
    const orgs = await world.client.orgs.list({ active: true });
    const org = await world.client.orgs.get(world.orgGuid);
    expect(orgs).toContainEqual(org);
    expect(org).toMatchObject({
      orgGuid: world.orgGuid,
      orgName: "Leavers",
      userCount: expect.any(Number),
      creationDate: aDate,
    });
    expect(sent()).toEqual([
      "GET /v1/orgs?active=true",
      `GET /v1/orgs?active=true&page=2&pageSize=${orgs.length}`,
      `GET /v1/orgs/${world.orgGuid}`,
    ]);
  });

  test("agents.getAgents reads all agents of a user", async () => {
    const [agent] = await world.client.agents.getAgents(world.userId, { active: true });
    expect(agent).toMatchObject({
      userId: world.userId,
      active: true,
      lastConnected: aDate,
      agentHealthIssueTypes: expect.any(Array),
    });
    expect(sent()).toEqual([
      `GET /v1/agents?userId=${world.userId}&active=true&srtKey=NAME&srtDir=ASC&page=1&pageSize=500`,
    ]);
  });

  test("legalHold.mattersOf reads the matters of a user", async () => {
    const matters = await world.client.legalHold.mattersOf(world.custodianId);
    expect(matters).toMatchObject([
      { name: "Meridian litigation", membershipActive: true, membershipCreationDate: aDate },
    ]);
    expect(sent()).toEqual([`GET /v1/legal-hold/custodians/${world.custodianId}?page=1&pageSize=100`]);
  });

  test("actors.byName finds the actor of a username, and watchlists.of reads its watchlists", async () => {
    const actor = await world.client.actors.byName(world.username);
    expect(actor).toMatchObject({ actorId: world.actorId, name: world.username });
    const watchlists = await world.client.watchlists.of(actor.actorId);
    expect(watchlists).toMatchObject([{ title: "Departing employees", watchlistId: expect.any(String) }]);
    await expect(world.client.actors.byName("nobody@x.example")).rejects.toMatchObject({ code: "not_found" });
    expect(sent().slice(0, 2)).toEqual([
      `GET /v1/actors/actor/name/${encodeURIComponent(world.username)}/parent`,
      `GET /v2/watchlists?actorId=${world.actorId}&page=1&pageSize=100`,
    ]);
    expect(sent().slice(2)).toEqual([
      "GET /v1/actors/actor/name/nobody%40x.example/parent",
      "GET /v1/actors/actor/search?nameStartsWith=nobody%40x.example&page=1&pageSize=500",
    ]);
  });
});

describe("an answer is read", () => {
  const readDates = {
    creationDate: new Date("2022-07-14T16:49:11.166Z"),
    modificationDate: new Date("2022-07-14T16:49:11.166Z"),
  };

  test("with dates as Date, and with fields that have no type", async () => {
    await using world = await startCannedWorld();
    expect(await world.client.users.getUser(world.userId)).toEqual({ ...cannedUser, ...readDates });
  });

  test("with every field of the other records, and with fields that have no type", async () => {
    await using world = await startCannedWorld();
    const { users, orgs, agents, legalHold, actors, watchlists } = world.client;
    const readDate = readDates.creationDate;
    expect(await users.getRole("desktop-user")).toEqual({ ...cannedRole, ...readDates });
    expect((await users.listRoles())[0]).toEqual({ ...cannedRole, ...readDates });
    expect((await users.listUserRoles(world.userId))[0]).toEqual({ ...cannedUserRole, ...readDates });
    const org = { ...cannedOrg, ...readDates };
    expect(await orgs.list()).toEqual([org]);
    expect(await orgs.get(world.orgGuid)).toEqual(org);
    expect(await agents.getAgents(world.userId)).toEqual([
      { ...cannedAgent, ...readDates, lastConnected: readDate, agentHealthModificationDate: readDate },
    ]);
    expect(await legalHold.mattersOf(world.custodianId)).toEqual([
      { ...cannedMatter, membershipCreationDate: readDate },
    ]);
    expect(await watchlists.of(world.actorId)).toEqual([cannedWatchlist]);
    expect(await actors.byName(world.username)).toEqual(cannedActor);
  });

  test("with missing fields as null", async () => {
    await using world = await startCannedWorld();
    const { users } = await world.client.users.getPage();
    const { userId, ...others } = users[2] ?? {};
    expect(userId).toBe(world.custodianId);
    expect(Object.keys(others)).toHaveLength(13);
    expect(new Set(Object.values(others))).toEqual(new Set([null]));
  });

  test("with every field of a device", async () => {
    await using world = await startCannedWorld();
    const { devices } = await world.client.users.getDevices(world.userId);
    const read = { ...readDates, lastConnected: readDates.creationDate, loginDate: readDates.creationDate };
    expect(devices).toEqual([{ ...cannedDevice, ...read, build: "778" }]);
  });
});
