import { describe, expect, test } from "vitest";
import { startIncydrSimulator } from "../../../sandbox/incydr/incydr-simulator.ts";
import { parseUserId } from "../../../src/incydr/index.ts";
import { openClient, type Reply, startRecordingServer } from "./recording-server.ts";

const someUser = parseUserId("900000000000000001");
const otherUser = parseUserId("900000000000000002");
const named = (roleId: string) => ({ roleId, roleName: roleId });

/** Two users whose roles a server keeps; `put` may answer a replacement, which `apply` makes or not. */
async function startRoles(put: (roleIds: string[], apply: () => void) => Reply | Promise<Reply>) {
  const held = new Map([someUser, otherUser].map((id): [string, string[]] => [id, ["desktop", "proe"]]));
  const server = await startRecordingServer(({ method, target, body }) => {
    if (target === "/v1/users/roles") return { json: ["desktop", "proe", "alerts", "admin"].map(named) };
    const userId = target.split("/")[3] ?? "";
    if (method !== "PUT") return { json: { roles: (held.get(userId) ?? []).map(named) } };
    const { roleIds } = JSON.parse(body);
    return put(roleIds, () => held.set(userId, roleIds));
  });
  const client = openClient(server.url);
  return {
    ...{ server, client, held },
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe("role changes of one user", () => {
  test("queue, so that of two at once both keep what they added", async () => {
    await using tenant = await startRoles((roleIds, apply) => {
      apply();
      return { json: { processedReplacementRoleIds: roleIds } };
    });
    await Promise.all(
      ["alerts", "admin"].map((role) => tenant.client.users.addRoles(someUser, role, { lane: "bulk" })),
    );
    expect(tenant.held.get(someUser)?.toSorted()).toEqual(["admin", "alerts", "desktop", "proe"]);
  });

  test("go on after one that failed, and one that gave up lets nobody overtake", async () => {
    const answered = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    await using tenant = await startRoles(async (roleIds, apply) => {
      arrived.resolve();
      if (roleIds.includes("alerts") && !roleIds.includes("admin")) {
        await answered.promise;
        return { status: 403 };
      }
      apply();
      return { json: { processedReplacementRoleIds: roleIds } };
    });
    const { users } = tenant.client;
    const first = users.addRoles(someUser, "alerts").catch((error: unknown) => error);
    await arrived.promise;
    const giveUp = new AbortController();
    const second = users
      .removeRoles(someUser, "desktop", { signal: giveUp.signal })
      .catch((error: unknown) => error);
    const third = users.addRoles(someUser, "admin");
    giveUp.abort();
    expect(await second).toMatchObject({ code: "aborted", sent: "no" });
    // Time enough for the third to have been sent, if it went first.
    await users.updateRoles(otherUser, ["desktop", "admin"]);
    await users.updateRoles(otherUser, ["desktop"]);
    const sent = `PUT /v1/users/${someUser}/roles`;
    expect(tenant.server.lines().filter((line) => line === sent)).toHaveLength(1);
    answered.resolve();
    expect(await first).toMatchObject({ code: "forbidden" });
    await third;
    expect(tenant.held.get(someUser)).toEqual(["desktop", "proe", "admin"]);
  });

  test("don't wait for those of another user", async () => {
    const answered = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    let puts = 0;
    await using tenant = await startRoles(async (roleIds, apply) => {
      puts += 1;
      if (puts === 1) {
        arrived.resolve();
        await answered.promise;
      }
      apply();
      return { json: { processedReplacementRoleIds: roleIds } };
    });
    const first = tenant.client.users.addRoles(someUser, "alerts");
    await arrived.promise;
    await tenant.client.users.addRoles(otherUser, "alerts");
    expect(tenant.held.get(otherUser)).toContain("alerts");
    answered.resolve();
    await first;
  });
});

describe("an answer to a replacement that confirms nothing is settled by reading the roles", () => {
  const nulls = {
    processedReplacementRoleIds: null,
    newlyAssignedRolesIds: null,
    unassignedRolesIds: null,
    ignoredRolesIds: null,
  };
  const replies: [string, Reply][] = [
    ["nothing", { text: "" }],
    ["null", { text: "null" }],
    ["an empty object", { json: {} }],
    ["nulls", { json: nulls }],
    ["the changed roles alone", { json: { newlyAssignedRolesIds: ["alerts"] } }],
    ["other types", { json: { processedReplacementRoleIds: "alerts", ignoredRolesIds: 7 } }],
    ["HTML", { text: "<h1>Welcome</h1>" }],
  ];

  test.each(replies)("a success if they are held: %s", async (_, reply) => {
    await using tenant = await startRoles((_roleIds, apply) => {
      apply();
      return reply;
    });
    expect(await tenant.client.users.addRoles(someUser, "alerts")).toEqual({
      processedReplacementRoleIds: ["desktop", "proe", "alerts"],
      newlyAssignedRolesIds: ["alerts"],
      unassignedRolesIds: [],
      ignoredRolesIds: [],
    });
    expect(tenant.server.lines().at(-1)).toBe(`GET /v1/users/${someUser}/roles`);
  });

  test.each(replies)("unknown if they aren't (yet): %s", async (_, reply) => {
    await using tenant = await startRoles(() => reply);
    await expect(tenant.client.users.addRoles(someUser, "alerts")).rejects.toMatchObject({
      code: "outcome_unknown",
      sent: "yes",
      message: expect.stringContaining("Read again, the roles are: desktop, proe"),
    });
  });

  test("unknown if they can't be read", async () => {
    let isWritten = false;
    await using server = await startRecordingServer(({ method }) => {
      if (method === "PUT") {
        isWritten = true;
        return { json: {} };
      }
      return isWritten ? { status: 403 } : { json: { roles: [named("a"), named("b")] } };
    });
    await using client = openClient(server.url);
    await expect(client.users.updateRoles(someUser, ["a"])).rejects.toMatchObject({
      code: "outcome_unknown",
      sent: "yes",
      cause: { code: "forbidden" },
    });
  });

  test.each(["all", "changed_only", "nulls", "empty"] as const)(
    "against the simulator, which answers %s",
    async (roleReplacementAnswer) => {
      await using simulator = await startIncydrSimulator({
        requestsPerMinute: null,
        readings: { roleReplacementAnswer },
      });
      const { url, clientId, clientSecret, tenant } = simulator;
      await using client = openClient(url, { clientId, clientSecret });
      const nadia = parseUserId(tenant.user("nadia.petrov@harborlight.example").userId);
      const added = await client.users.addRoles(nadia, "Alert Emails");
      expect(added.newlyAssignedRolesIds).toEqual(["alert-emails"]);
      expect(tenant.rolesOf(nadia)).toContain("alert-emails");
    },
  );
});
