import { describe, expect, test } from "vitest";
import { startIncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";
import { callerOf } from "./incydr-simulator-caller.ts";

const NADIA = "nadia.petrov@harborlight.example";
const DARIO = "dario.conti@harborlight.example";

async function start() {
  const simulator = await startIncydrSimulator({ requestsPerMinute: null });
  const caller = await callerOf(simulator);
  return {
    simulator,
    caller,
    nadia: simulator.tenant.user(NADIA),
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

describe("PUT /v1/users/{userId}/roles", () => {
  test("replaces the whole set and says what came, went and was ignored", async () => {
    await using setup = await start();
    const answer = await setup.caller.put(`/v1/users/${setup.nadia.userId}/roles`, {
      roleIds: ["desktop-user", "desktop-user", "org-manager", "security-center-restore"],
    });
    expect(answer.json()).toEqual({
      processedReplacementRoleIds: ["desktop-user", "org-manager"],
      newlyAssignedRolesIds: ["org-manager"],
      unassignedRolesIds: ["proe-user"],
      ignoredRolesIds: ["security-center-restore"],
    });
    expect(setup.simulator.tenant.rolesOf(NADIA)).toEqual(["desktop-user", "org-manager"]);
    expect(setup.simulator.writeLog()).toMatchObject([
      {
        kind: "set_roles",
        userId: setup.nadia.userId,
        applied: true,
        status: 200,
        before: { roleIds: ["desktop-user", "proe-user"] },
        after: { roleIds: ["desktop-user", "org-manager"] },
      },
    ]);
  });

  test("changes nothing for an unknown role, a body of another shape or an unknown user", async () => {
    await using setup = await start();
    const path = `/v1/users/${setup.nadia.userId}/roles`;
    expect((await setup.caller.put(path, { roleIds: ["desktop-user", "no-such-role"] })).status).toBe(400);
    expect((await setup.caller.put(path, ["desktop-user"])).status).toBe(400);
    expect((await setup.caller.request("PUT", path, "{not json")).status).toBe(400);
    expect((await setup.caller.put("/v1/users/1/roles", { roleIds: [] })).status).toBe(404);
    expect(setup.simulator.tenant.rolesOf(NADIA)).toEqual(["desktop-user", "proe-user"]);
    expect(
      setup.simulator.writeLog().map(({ applied, status, body }) => ({ applied, status, body })),
    ).toEqual([
      { applied: false, status: 400, body: { roleIds: ["desktop-user", "no-such-role"] } },
      { applied: false, status: 400, body: ["desktop-user"] },
      { applied: false, status: 400, body: "{not json" },
      { applied: false, status: 404, body: { roleIds: [] } },
    ]);
    expect(setup.simulator.writeLog().at(-1)).toMatchObject({ userId: "1", before: null, after: null });
  });
});

describe("activation, deactivation and moves", () => {
  test("deactivation takes devices and agents along and answers with an empty body", async () => {
    await using setup = await start();
    const answer = await setup.caller.post(`/v1/users/${setup.nadia.userId}/deactivate`);
    expect([answer.status, answer.text]).toEqual([200, ""]);
    const { tenant } = setup.simulator;
    expect(tenant.stateOf(NADIA).active).toBe(false);
    expect(tenant.devicesOf(NADIA).map((device) => device.active)).toEqual([false, false]);
    expect(tenant.agentsOf(NADIA).map((agent) => agent.active)).toEqual([false, false]);
    expect(setup.simulator.writeLog()).toMatchObject([
      {
        kind: "deactivate",
        method: "POST",
        path: `/v1/users/${setup.nadia.userId}/deactivate`,
        body: null,
        applied: true,
        status: 200,
        before: { active: true },
        after: { active: false },
      },
    ]);
  });

  test("activation brings the account back, its devices not", async () => {
    await using setup = await start();
    await setup.caller.post(`/v1/users/${setup.nadia.userId}/deactivate`);
    const answer = await setup.caller.post(`/v1/users/${setup.nadia.userId}/activate`);
    expect([answer.status, answer.text]).toEqual([200, ""]);
    expect(setup.simulator.tenant.stateOf(NADIA).active).toBe(true);
    expect(setup.simulator.tenant.devicesOf(NADIA).some((device) => device.active)).toBe(false);
  });

  test("a custodian of an active matter is not deactivated", async () => {
    await using setup = await start();
    const dario = setup.simulator.tenant.user(DARIO);
    const answer = await setup.caller.post(`/v1/users/${dario.userId}/deactivate`);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("ACTIVE_LEGAL_HOLD");
    expect(setup.simulator.tenant.stateOf(DARIO).active).toBe(true);
    expect(setup.simulator.writeLog()).toMatchObject([{ applied: false, status: 400 }]);
  });

  test("a former custodian is deactivated", async () => {
    await using setup = await start();
    const victor = setup.simulator.tenant.user("victor.hale+lab@harborlight.example");
    expect((await setup.caller.post(`/v1/users/${victor.userId}/deactivate`)).status).toBe(200);
  });

  test("a move changes the org of user and devices, and an unknown org is refused in its own shape", async () => {
    await using setup = await start();
    const legal = setup.simulator.tenant.org("Legal");
    const path = `/v1/users/${setup.nadia.userId}/move`;
    const answer = await setup.caller.post(path, { orgGuid: legal.orgGuid });
    expect([answer.status, answer.text]).toEqual([200, ""]);
    expect(setup.simulator.tenant.orgOf(NADIA).orgName).toBe("Legal");
    expect(setup.simulator.tenant.user(NADIA).orgName).toBe("Legal");
    expect(setup.simulator.tenant.devicesOf(NADIA)[0]?.orgGuid).toBe(legal.orgGuid);

    const refused = await setup.caller.post(path, { orgGuid: "nowhere" });
    expect(refused.status).toBe(400);
    expect(refused.json()).toEqual([{ name: "SYSTEM", description: "Organization was not found" }]);
    expect((await setup.caller.post(path)).status).toBe(400);
    expect(setup.simulator.writeLog().map((write) => write.applied)).toEqual([true, false, false]);
  });

  test("a user who does not exist is 404 for every write", async () => {
    await using setup = await start();
    for (const action of ["activate", "deactivate", "move"]) {
      const answer = await setup.caller.post(`/v1/users/123/${action}`, { orgGuid: "x" });
      expect(answer.status, action).toBe(404);
    }
  });
});
