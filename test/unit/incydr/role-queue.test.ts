import { describe, expect, test } from "vitest";
import { refusal, someUser, startIncydr } from "./recorded-incydr.ts";
import type { Reply } from "./recording-server.ts";
import { otherUser, role, startRoles } from "./role-tenant.ts";

describe("role changes of one user", () => {
  test("wait for each other, so that two at once keep the roles of both", async () => {
    await using tenant = await startRoles({ assignable: ["alerts", "other"] });
    await Promise.all(["alerts", "other"].map((id) => tenant.users.addRoles(someUser, id, { lane: "bulk" })));
    expect(tenant.rolesOf().toSorted()).toEqual(["alerts", "desktop", "other", "proe"]);
  });

  /** A tenant that answers its first replacement only when the test says so. */
  async function startWaiting() {
    const answered = Promise.withResolvers<Reply>();
    const arrived = Promise.withResolvers<void>();
    let puts = 0;
    const tenant = await startRoles({
      assignable: ["desktop", "proe", "alerts", "other"],
      put: async (processedReplacementRoleIds, apply) => {
        puts += 1;
        arrived.resolve();
        if (puts === 1) return await answered.promise;
        apply();
        return { json: { processedReplacementRoleIds, unassignedRolesIds: ["desktop", "proe"] } };
      },
    });
    return { ...tenant, arrived: arrived.promise, answer: answered.resolve };
  }

  test("go on after one that failed, and one that gave up lets no other overtake", async () => {
    await using tenant = await startWaiting();
    const first = refusal(tenant.users.addRoles(someUser, "alerts"));
    await tenant.arrived;
    const giveUp = new AbortController();
    const second = refusal(tenant.users.removeRoles(someUser, "desktop", { signal: giveUp.signal }));
    const third = tenant.users.addRoles(someUser, "other");
    giveUp.abort();
    expect(await second).toMatchObject({ code: "aborted", sent: "no" });
    // Long enough for the third write to be sent if it wrongly went first.
    for (const roles of [["other"], ["desktop"]]) await tenant.users.updateRoles(otherUser, roles);
    const sent = `PUT /v1/users/${someUser}/roles`;
    expect(tenant.lines().filter((line) => line === sent)).toHaveLength(1);
    tenant.answer({ status: 403 });
    expect(await first).toMatchObject({ code: "forbidden" });
    await third;
    expect(tenant.rolesOf()).toEqual(["desktop", "proe", "other"]);
  });

  test("don't wait for those of another user", async () => {
    await using tenant = await startWaiting();
    const first = refusal(tenant.users.addRoles(someUser, "alerts"));
    await tenant.arrived;
    await tenant.users.addRoles(otherUser, "alerts");
    expect(tenant.rolesOf(otherUser)).toContain("alerts");
    tenant.answer({ status: 403 });
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

  test.each(replies)("to a success if the user holds them: %s", async (_, reply) => {
    await using tenant = await startRoles({
      put: (_roleIds, apply) => {
        apply();
        return reply;
      },
    });
    expect(await tenant.users.addRoles(someUser, "alerts")).toEqual({
      processedReplacementRoleIds: ["desktop", "proe", "alerts"],
      newlyAssignedRolesIds: ["alerts"],
      unassignedRolesIds: [],
      ignoredRolesIds: [],
    });
    expect(tenant.lines().at(-1)).toBe(`GET /v1/users/${someUser}/roles`);
  });

  test.each(replies)("to an unknown outcome if the user doesn't hold them (yet): %s", async (_, reply) => {
    await using tenant = await startRoles({ put: () => reply });
    await expect(tenant.users.addRoles(someUser, "alerts")).rejects.toMatchObject({
      code: "outcome_unknown",
      sent: "yes",
      message: expect.stringContaining("The roles are now: desktop, proe"),
    });
  });

  test("to an unknown outcome if they can't be read", async () => {
    let isWritten = false;
    await using incydr = await startIncydr(({ method }) => {
      if (method !== "PUT") return isWritten ? { status: 403 } : { json: { roles: ["a", "b"].map(role) } };
      isWritten = true;
      return { json: {} };
    });
    await expect(incydr.users.updateRoles(someUser, ["a"])).rejects.toMatchObject({
      code: "outcome_unknown",
      sent: "yes",
      cause: { code: "forbidden" },
    });
  });
});

test("the outcome of a replacement that ended with a 500 stays unknown, though the roles look like it right after", async () => {
  await using tenant = await startRoles({
    put: (_roleIds, apply) => {
      apply();
      return { status: 500, json: { problem: "INTERNAL", description: null } };
    },
  });
  const replaced = await refusal(tenant.users.updateRoles(someUser, []));
  expect(replaced).toMatchObject({ code: "outcome_unknown", status: 500 });
});
