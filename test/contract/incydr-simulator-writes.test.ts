import { describe, expect, test } from "vitest";
import { DARIO, NADIA, startSimulator } from "./incydr-simulator-caller.ts";

describe("PUT /v1/users/{userId}/roles", () => {
  test("replaces the whole set and names the roles that were added, removed and ignored", async () => {
    await using simulator = await startSimulator();
    const answer = await simulator.put(`${simulator.pathOf(NADIA)}/roles`, {
      roleIds: ["desktop-user", "desktop-user", "org-manager", "security-center-restore"],
    });
    expect(answer.json()).toEqual({
      processedReplacementRoleIds: ["desktop-user", "org-manager"],
      newlyAssignedRolesIds: ["org-manager"],
      unassignedRolesIds: ["proe-user"],
      ignoredRolesIds: ["security-center-restore"],
    });
    expect(simulator.tenant.rolesOf(NADIA)).toEqual(["desktop-user", "org-manager"]);
    expect(simulator.writeLog()).toMatchObject([
      {
        kind: "set_roles",
        userId: simulator.tenant.user(NADIA).userId,
        applied: true,
        status: 200,
        before: { roleIds: ["desktop-user", "proe-user"] },
        after: { roleIds: ["desktop-user", "org-manager"] },
      },
    ]);
  });

  test("changes nothing for an unknown role, a body of another shape or an unknown user", async () => {
    await using simulator = await startSimulator();
    const path = `${simulator.pathOf(NADIA)}/roles`;
    expect((await simulator.put(path, { roleIds: ["desktop-user", "no-such-role"] })).status).toBe(400);
    expect((await simulator.put(path, ["desktop-user"])).status).toBe(400);
    expect((await simulator.request("PUT", path, "{not json")).status).toBe(400);
    expect((await simulator.put("/v1/users/1/roles", { roleIds: [] })).status).toBe(404);
    expect(simulator.tenant.rolesOf(NADIA)).toEqual(["desktop-user", "proe-user"]);
    expect(simulator.writeLog().map(({ applied, status, body }) => ({ applied, status, body }))).toEqual([
      { applied: false, status: 400, body: { roleIds: ["desktop-user", "no-such-role"] } },
      { applied: false, status: 400, body: ["desktop-user"] },
      { applied: false, status: 400, body: "{not json" },
      { applied: false, status: 404, body: { roleIds: [] } },
    ]);
    expect(simulator.writeLog().at(-1)).toMatchObject({ userId: "1", before: null, after: null });
  });
});

describe("a POST:", () => {
  test("deactivation takes devices and agents along and answers with an empty body", async () => {
    await using simulator = await startSimulator();
    const answer = await simulator.deactivate(NADIA);
    expect([answer.status, answer.text]).toEqual([200, ""]);
    const { tenant } = simulator;
    expect(tenant.stateOf(NADIA).active).toBe(false);
    expect(tenant.devicesOf(NADIA).map((device) => device.active)).toEqual([false, false]);
    expect(tenant.agentsOf(NADIA).map((agent) => agent.active)).toEqual([false, false]);
    expect(simulator.writeLog()).toMatchObject([
      {
        kind: "deactivate",
        method: "POST",
        path: `${simulator.pathOf(NADIA)}/deactivate`,
        body: null,
        applied: true,
        status: 200,
        before: { active: true },
        after: { active: false },
      },
    ]);
  });

  test("activation brings the account back, and not its devices", async () => {
    await using simulator = await startSimulator();
    await simulator.deactivate(NADIA);
    const answer = await simulator.post(`${simulator.pathOf(NADIA)}/activate`);
    expect([answer.status, answer.text]).toEqual([200, ""]);
    expect(simulator.tenant.stateOf(NADIA).active).toBe(true);
    expect(simulator.tenant.devicesOf(NADIA).some((device) => device.active)).toBe(false);
  });

  test("a custodian of an active matter is not deactivated", async () => {
    await using simulator = await startSimulator();
    const answer = await simulator.deactivate(DARIO);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("ACTIVE_LEGAL_HOLD");
    expect(simulator.tenant.stateOf(DARIO).active).toBe(true);
    expect(simulator.writeLog()).toMatchObject([{ applied: false, status: 400 }]);
  });

  test("a former custodian is deactivated", async () => {
    await using simulator = await startSimulator();
    expect((await simulator.deactivate("victor.hale+lab@harborlight.example")).status).toBe(200);
  });

  test("a move changes the org of user and devices, and an unknown org is refused in its own shape", async () => {
    await using simulator = await startSimulator();
    const legal = simulator.tenant.org("Legal");
    const path = `${simulator.pathOf(NADIA)}/move`;
    const answer = await simulator.post(path, { orgGuid: legal.orgGuid });
    expect([answer.status, answer.text]).toEqual([200, ""]);
    expect(simulator.tenant.orgOf(NADIA).orgName).toBe("Legal");
    expect(simulator.tenant.user(NADIA).orgName).toBe("Legal");
    expect(simulator.tenant.devicesOf(NADIA)[0]?.orgGuid).toBe(legal.orgGuid);

    const refused = await simulator.post(path, { orgGuid: "nowhere" });
    expect(refused.status).toBe(400);
    expect(refused.json()).toEqual([{ name: "SYSTEM", description: "Organization was not found" }]);
    expect((await simulator.post(path)).status).toBe(400);
    expect(simulator.writeLog().map((write) => write.applied)).toEqual([true, false, false]);
  });

  test("a user who does not exist is 404 for every write", async () => {
    await using simulator = await startSimulator();
    for (const action of ["activate", "deactivate", "move"]) {
      const answer = await simulator.post(`/v1/users/123/${action}`, { orgGuid: "x" });
      expect(answer.status, action).toBe(404);
    }
  });
});
