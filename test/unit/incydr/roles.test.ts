import { describe, expect, test } from "vitest";
import {
  parseRoleId,
  parseUserId,
  RoleFaultsError,
  RolesChangedError,
  RolesIgnoredError,
} from "../../../src/incydr/index.ts";
import { createManualClock } from "./manual-clock.ts";
import { openClient, type Reply, startRecordingServer } from "./recording-server.ts";

const someUser = parseUserId("900000000000000001");
const desktop = { roleId: "desktop-user", roleName: "Desktop User" };
const proe = { roleId: "proe-user", roleName: "PROe User" };
const admin = { roleId: "waiter-cloud-admin", roleName: "Customer Cloud Admin" };
const alerts = { roleId: "alert-emails", roleName: "Alert Emails" };

/** A tenant in which the user holds `held`, and the client may assign `assignable`; `other` roles exist too; it keeps `kept` without a word. */
async function startRoles({
  held = [desktop, proe],
  assignable = [desktop, proe, alerts],
  other = [admin],
  ignored = [] as string[],
  kept = [] as string[],
} = {}) {
  const state = { held, assignable };
  const server = await startRecordingServer(({ method, target, body }): Reply => {
    if (target === "/v1/users/roles") return { json: state.assignable };
    if (method === "PUT") {
      const processed: string[] = JSON.parse(body).roleIds;
      return {
        json: {
          processedReplacementRoleIds: processed,
          newlyAssignedRolesIds: [],
          unassignedRolesIds: state.held
            .map(({ roleId }) => roleId)
            .filter((roleId) => !processed.includes(roleId) && !kept.includes(roleId)),
          ignoredRolesIds: ignored,
        },
      };
    }
    if (target === `/v1/users/${someUser}/roles`) return { json: { roles: state.held } };
    const role = [...state.assignable, ...other].find(({ roleId }) => target === `/v1/users/roles/${roleId}`);
    return role ? { json: role } : { status: 404, json: { problem: "NOT_FOUND", description: null } };
  });
  const writes = () =>
    server.requests.filter(({ method }) => method === "PUT").map(({ body }) => JSON.parse(body));
  return { server, state, writes, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

function refusal(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => "it succeeded",
    (thrown: unknown) => thrown,
  );
}

describe("what is written", () => {
  test("adding keeps what is held and sends nothing twice", async () => {
    await using tenant = await startRoles();
    await using client = openClient(tenant.server.url);
    await client.users.addRoles(someUser, ["Alert Emails", "alert-emails", "PROe User"]);
    expect(tenant.writes()).toEqual([{ roleIds: ["desktop-user", "proe-user", "alert-emails"] }]);
  });

  test("adding only what is held already writes nothing", async () => {
    await using tenant = await startRoles();
    await using client = openClient(tenant.server.url);
    expect(await client.users.addRoles(someUser, "PROe User")).toMatchObject({ newlyAssignedRolesIds: [] });
    expect(tenant.writes()).toEqual([]);
  });

  test("a held role that the client may not assign is kept when adding, and can be removed by name or id", async () => {
    await using tenant = await startRoles({ held: [admin, desktop] });
    await using client = openClient(tenant.server.url);
    await client.users.addRoles(someUser, "proe-user");
    await client.users.removeRoles(someUser, "Customer Cloud Admin");
    await client.users.removeRoles(someUser, ["waiter-cloud-admin", "desktop-user"]);
    expect(tenant.writes()).toEqual([
      { roleIds: ["waiter-cloud-admin", "desktop-user", "proe-user"] },
      { roleIds: ["desktop-user"] },
      { roleIds: [] },
    ]);
  });

  test("removing sends nothing twice, even if Incydr names a role twice", async () => {
    await using tenant = await startRoles({ held: [desktop, proe, desktop] });
    await using client = openClient(tenant.server.url);
    await client.users.removeRoles(someUser, ["PROe User", "proe-user"]);
    expect(tenant.writes()).toEqual([{ roleIds: ["desktop-user"] }]);
  });

  test("replacing sends the named set, an empty one too", async () => {
    await using tenant = await startRoles();
    await using client = openClient(tenant.server.url);
    await client.users.updateRoles(someUser, ["Alert Emails", "desktop-user"]);
    await client.users.updateRoles(someUser, []);
    expect(tenant.writes()).toEqual([{ roleIds: ["alert-emails", "desktop-user"] }, { roleIds: [] }]);
  });

  test.each([[[]], [""], [" "], [["proe-user", ""]]])(
    "naming %j is refused before anything is sent",
    async (roles) => {
      await using tenant = await startRoles();
      await using client = openClient(tenant.server.url);
      expect(await refusal(client.users.addRoles(someUser, roles))).toMatchObject({
        code: "invalid",
        sent: "no",
      });
      expect(tenant.server.lines()).toEqual([]);
    },
  );
});

describe("what can't be used", () => {
  test("is reported all at once, and nothing is written", async () => {
    await using tenant = await startRoles({
      held: [desktop],
      assignable: [desktop, proe, { roleId: "one", roleName: "Twin" }, { roleId: "two", roleName: "Twin" }],
    });
    await using client = openClient(tenant.server.url);
    const added = await refusal(
      client.users.addRoles(someUser, [
        "No Such Role",
        "proe user",
        "Twin",
        "waiter-cloud-admin",
        "PROe User",
      ]),
    );
    expect(added).toBeInstanceOf(RoleFaultsError);
    expect(added).toMatchObject({
      code: "invalid",
      sent: "no",
      faults: [
        { role: "No Such Role", reason: "not_found" },
        { role: "proe user", reason: "not_found" },
        { role: "Twin", reason: "ambiguous" },
        { role: "waiter-cloud-admin", reason: "not_assignable" },
      ],
    });
    const removed = await refusal(
      client.users.removeRoles(someUser, ["PROe User", "no-such-role", "waiter-cloud-admin", "Desktop User"]),
    );
    expect(removed).toMatchObject({
      faults: [
        { role: "PROe User", reason: "not_held" },
        { role: "no-such-role", reason: "not_found" },
        { role: "waiter-cloud-admin", reason: "not_held" },
      ],
    });
    expect(tenant.writes()).toEqual([]);
  });

  test("a role that Incydr ignored is an error that names it", async () => {
    await using tenant = await startRoles({ ignored: ["alert-emails", "strange-role"] });
    await using client = openClient(tenant.server.url);
    const error = await refusal(client.users.addRoles(someUser, "alert-emails"));
    expect(error).toBeInstanceOf(RolesIgnoredError);
    expect(error).toMatchObject({
      code: "roles_ignored",
      sent: "yes",
      ignored: [alerts, { roleId: "strange-role", roleName: null }],
    });
    expect(String(error)).toContain("Alert Emails (alert-emails), strange-role");
  });

  test.each([
    ["a role to be removed", { kept: ["proe-user"] }, undefined],
    ["everything", {}, { json: {} }],
  ])("an answer that leaves out %s is no success", async (_, options, reply) => {
    await using tenant = await startRoles(options);
    await using client = openClient(tenant.server.url);
    if (reply) {
      const held = { json: { roles: [desktop, proe] } };
      tenant.server.respond(({ method }) => (method === "PUT" ? reply : held));
    }
    const error = await refusal(client.users.removeRoles(someUser, "PROe User"));
    expect(error).toMatchObject({ code: "outcome_unknown", sent: "yes" });
    expect(String(error)).toContain("proe-user");
  });

  test("getRole finds by id or exact name, also a role that may not be assigned, or none", async () => {
    await using tenant = await startRoles();
    await using client = openClient(tenant.server.url);
    expect(await client.users.getRole("Desktop User")).toMatchObject(desktop);
    expect(await client.users.getRole("proe-user")).toMatchObject(proe);
    expect(await client.users.getRole("waiter-cloud-admin")).toMatchObject(admin);
    expect(await refusal(client.users.getRole("desktop user"))).toMatchObject({ code: "not_found" });
    expect(await refusal(client.users.getRole("no-such-role"))).toMatchObject({ code: "not_found" });
  });
});

describe("the expected set", () => {
  test("lets a write through that meets it, in any order", async () => {
    await using tenant = await startRoles();
    await using client = openClient(tenant.server.url);
    const expected = ["proe-user", "desktop-user"].map(parseRoleId);
    await client.users.removeRoles(someUser, "proe-user", { expected });
    expect(tenant.writes()).toEqual([{ roleIds: ["desktop-user"] }]);
  });

  test.each(["addRoles", "removeRoles", "updateRoles"] as const)(
    "stops %s if the roles are others",
    async (method) => {
      await using tenant = await startRoles();
      await using client = openClient(tenant.server.url);
      const error = await refusal(
        client.users[method](someUser, "proe-user", { expected: [parseRoleId("desktop-user")] }),
      );
      expect(error).toBeInstanceOf(RolesChangedError);
      expect(error).toMatchObject({
        code: "conflict",
        sent: "no",
        expected: ["desktop-user"],
        actual: [desktop, proe],
      });
      expect(tenant.writes()).toEqual([]);
    },
  );

  test("is held against the roles as they are after the names were looked up", async () => {
    await using tenant = await startRoles({ held: [desktop] });
    await using client = openClient(tenant.server.url);
    tenant.server.respond(({ target }) => {
      if (target !== "/v1/users/roles") return { json: { roles: tenant.state.held } };
      tenant.state.held = [desktop, admin];
      return { json: tenant.state.assignable };
    });
    const options = { expected: [parseRoleId("desktop-user")] };
    expect(await refusal(client.users.addRoles(someUser, "Alert Emails", options))).toMatchObject({
      code: "conflict",
    });
  });
});

describe("remembered names", () => {
  const lookUps = (lines: readonly string[]) => lines.filter((line) => line === "GET /v1/users/roles").length;

  test("are used again until they are too old", async () => {
    await using tenant = await startRoles();
    const clock = createManualClock();
    await using client = openClient(tenant.server.url, { clock });
    await client.users.addRoles(someUser, "Alert Emails");
    await client.users.addRoles(someUser, "Alert Emails");
    expect(lookUps(tenant.server.lines())).toBe(1);
    await clock.advance(300_000);
    await client.users.addRoles(someUser, "Alert Emails");
    expect(lookUps(tenant.server.lines())).toBe(2);
  });

  test("are looked up again on a miss, once for all that miss", async () => {
    await using tenant = await startRoles();
    await using client = openClient(tenant.server.url);
    await client.users.addRoles(someUser, "Alert Emails");
    tenant.state.assignable = [
      ...tenant.state.assignable,
      { roleId: "new-1", roleName: "New 1" },
      { roleId: "new-2", roleName: "New 2" },
    ];
    await client.users.addRoles(someUser, ["New 1", "New 2"]);
    expect(tenant.writes()[1]).toEqual({ roleIds: ["desktop-user", "proe-user", "new-1", "new-2"] });
    expect(lookUps(tenant.server.lines())).toBe(2);
  });

  test("are looked up once for however many callers need them", async () => {
    await using tenant = await startRoles();
    await using client = openClient(tenant.server.url);
    await Promise.all(Array.from({ length: 20 }, () => client.users.addRoles(someUser, "Alert Emails")));
    expect(lookUps(tenant.server.lines())).toBe(1);
  });
});
