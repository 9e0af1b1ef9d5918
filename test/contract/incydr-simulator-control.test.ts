import { describe, expect, test } from "vitest";
import { startIncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";
import { call, callerOf } from "./incydr-simulator-caller.ts";

const NADIA = "nadia.petrov@harborlight.example";

async function start() {
  const simulator = await startIncydrSimulator({ requestsPerMinute: null });
  const caller = await callerOf(simulator);
  const control = async (method: string, path: string, body?: unknown) =>
    await call(
      `${simulator.url}/_control${path}`,
      method,
      { "content-type": "application/json" },
      body === undefined ? undefined : JSON.stringify(body),
    );
  return { simulator, caller, control, [Symbol.asyncDispose]: () => simulator.close() };
}

describe("the control over HTTP", () => {
  test("switches faults on, lists them with their counts, and switches them off", async () => {
    await using setup = await start();
    const added = await setup.control("POST", "/faults", { kind: "status", status: 502, on: "GET /v1/orgs" });
    const id = Number(added.json().id);
    expect((await setup.caller.get("/v1/orgs")).status).toBe(502);
    const listed = await setup.control("GET", "/faults");
    expect(JSON.parse(listed.text)).toMatchObject([
      { id, struck: 1, rule: { status: 502, body: "problem" } },
    ]);
    expect((await setup.control("DELETE", `/faults/${id}`)).json()).toEqual({ done: true });
    expect((await setup.caller.get("/v1/orgs")).status).toBe(200);

    await setup.control("POST", "/faults", { kind: "drop" });
    await setup.control("DELETE", "/faults");
    expect((await setup.caller.get("/v1/orgs")).status).toBe(200);
  });

  test("holds a request, tells when it came, and releases it", async () => {
    await using setup = await start();
    const { userId } = setup.simulator.tenant.user(NADIA);
    const placed = await setup.control("POST", "/holds", { on: "POST /v1/users/**", when: "after" });
    const id = Number(placed.json().id);
    const answer = setup.caller.post(`/v1/users/${userId}/deactivate`);
    expect((await setup.control("GET", `/holds/${id}/arrival`)).json()).toMatchObject({ method: "POST" });
    expect(JSON.parse((await setup.control("GET", "/write-log")).text)).toMatchObject([
      { applied: true, status: null },
    ]);
    await setup.control("POST", `/holds/${id}/release`);
    expect((await answer).status).toBe(200);
    expect((await setup.control("GET", "/holds/77/arrival")).status).toBe(400);
  });

  test("releases everything that hangs", async () => {
    await using setup = await start();
    const added = setup.simulator.control.addFault({ kind: "hang", times: 1 });
    const hanging = setup.caller.get("/v1/orgs");
    await expect.poll(() => added.struck).toBe(1);
    await setup.control("POST", "/release");
    expect((await hanging).status).toBe(200);
  });

  test("reads and changes readings and rate limit, and leaves the rest of them alone", async () => {
    await using setup = await start();
    await setup.control("PATCH", "/readings", { usernameFilter: "exact" });
    const readings = await setup.control("PATCH", "/readings", { booleans: "lower_case" });
    expect(readings.json()).toMatchObject({ usernameFilter: "exact", booleans: "lower_case" });
    const limit = await setup.control("PATCH", "/rate-limit", { requestsPerMinute: 60, burst: 1 });
    expect(limit.json()).toMatchObject({ requestsPerMinute: 60, burst: 1, refused: 0 });
    await setup.caller.get("/v1/orgs");
    await setup.caller.get("/v1/orgs");
    expect((await setup.control("GET", "/rate-limit")).json()).toMatchObject({ refused: 1 });
  });

  test("revokes tokens", async () => {
    await using setup = await start();
    await setup.control("POST", "/tokens", { expire: true, lifetimeSeconds: 30 });
    expect((await setup.caller.get("/v1/orgs")).status).toBe(401);
    const credentials = Buffer.from(`${setup.simulator.clientId}:${setup.simulator.clientSecret}`);
    const token = await call(`${setup.simulator.url}/v1/oauth`, "POST", {
      authorization: `Basic ${credentials.toString("base64")}`,
    });
    expect(token.json().expires_in).toBe(30);
  });

  test("shows a user and makes every edit", async () => {
    await using setup = await start();
    const edit = async (body: Record<string, unknown>) =>
      expect((await setup.control("POST", "/edits", body)).json()).toEqual({ done: true });
    await edit({ edit: "set_active", who: NADIA, active: false });
    await edit({ edit: "set_blocked", who: NADIA, blocked: true });
    await edit({ edit: "set_roles", who: NADIA, roles: ["Org Admin"] });
    await edit({ edit: "move", who: NADIA, org: "Legal" });
    await edit({ edit: "add_legal_hold", who: NADIA });
    await edit({ edit: "add_legal_hold", who: NADIA, matter: "Cobalt audit" });
    await edit({ edit: "remove_legal_hold", who: NADIA, matter: "Cobalt audit" });
    await edit({ edit: "add_to_watchlist", who: NADIA, title: "New hires" });
    await edit({ edit: "remove_from_watchlist", who: NADIA, title: "Departing employees" });
    await edit({ edit: "add_role", roleName: "Case Reviewer" });
    await edit({ edit: "set_role_assignable", role: "Org Admin", assignable: false });
    await edit({ edit: "remove_user", who: "sam.ortega@harborlight.example" });
    await edit({ edit: "rename", who: NADIA, username: "nadia.stern@harborlight.example" });

    const shown = await setup.control("GET", "/users/nadia.stern@harborlight.example");
    expect(shown.json()).toMatchObject({
      user: { active: false, blocked: true, orgName: "Legal" },
      roleIds: ["org-admin"],
      devices: [{ active: false }, { active: false }],
      matters: [
        { name: "Meridian litigation", membershipActive: true },
        { name: "Cobalt audit", membershipActive: false },
      ],
      watchlists: [{ title: "New hires" }],
    });
    const roles = (await setup.caller.get("/v1/users/roles")).text;
    expect(roles).toContain("Case Reviewer");
    expect(roles).not.toContain('"Org Admin"');
    expect((await setup.caller.get("/v1/users?username=sam.ortega")).json().totalCount).toBe(0);
    expect(setup.simulator.writeLog()).toEqual([]);
  });

  test("answers 400 with a readable reason to malformed requests, and changes nothing", async () => {
    await using setup = await start();
    const wrong: [string, string, unknown][] = [
      ["POST", "/faults", { kind: "explode" }],
      ["POST", "/faults", { kind: "drop", on: "no-slash" }],
      ["POST", "/holds", { on: "GET /v1/orgs", when: "later" }],
      ["PATCH", "/readings", { usernameFilter: "fuzzy" }],
      ["PATCH", "/readings", { unknown: true }],
      ["PATCH", "/rate-limit", { requestsPerMinute: -1 }],
      ["POST", "/edits", { edit: "set_active", who: "nobody", active: true }],
      ["POST", "/edits", { edit: "set_roles", who: NADIA, roles: ["No Such Role"] }],
      ["GET", "/users/nobody", undefined],
    ];
    for (const [method, path, body] of wrong) {
      const answer = await setup.control(method, path, body);
      expect([answer.status, String(answer.json().error).length > 0], path).toEqual([400, true]);
    }
    expect(setup.simulator.control.faults).toEqual([]);
  });

  test("is not logged, and empties both logs on demand", async () => {
    await using setup = await start();
    await setup.caller.get("/v1/orgs");
    const log = JSON.parse((await setup.control("GET", "/request-log")).text);
    expect(log.map((entry: { path: string }) => entry.path)).toEqual(["/v1/oauth", "/v1/orgs"]);
    await setup.control("DELETE", "/logs");
    expect(setup.simulator.requestLog()).toEqual([]);
  });
});

test("a user can be added anywhere in the list and is found at once", async () => {
  await using setup = await start();
  const added = setup.simulator.control.edit.addUser(
    { username: "new.hire@harborlight.example", firstName: "New", lastName: "Hire", orgName: "People" },
    0,
  );
  const first = (await setup.caller.get("/v1/users?pageSize=1")).json();
  expect(first).toMatchObject({ users: [{ userId: added.userId }], totalCount: 321 });
  expect((await setup.caller.get(`/v1/users/${added.userId}/roles`)).status).toBe(200);
});

test("a reset brings everything back to the start, and tokens stay good", async () => {
  await using setup = await start();
  const { control, tenant } = setup.simulator;
  const before = structuredClone(tenant.users);
  await setup.caller.post(`/v1/users/${tenant.user(NADIA).userId}/deactivate`);
  control.edit.removeUser("sam.ortega@harborlight.example");
  control.addFault({ kind: "drop" });
  control.setReadings({ usernameFilter: "exact" });
  control.setRateLimit({ requestsPerMinute: 1 });
  control.setTokenLifetime(1);
  const hold = control.hold("GET /v1/users");

  expect((await setup.control("POST", "/reset")).json()).toEqual({ done: true });
  await expect(hold.arrived).rejects.toThrow();
  expect(tenant.users).toEqual(before);
  expect(control.faults).toEqual([]);
  expect(control.readings.usernameFilter).toBe("substring");
  expect(control.rateLimit).toMatchObject({ requestsPerMinute: null, allowed: 0, refused: 0 });
  expect(setup.simulator.writeLog()).toEqual([]);
  expect(setup.simulator.requestLog()).toEqual([]);
  expect((await setup.caller.get("/v1/users")).status).toBe(200);
});
