import { describe, expect, test } from "vitest";
import { basic, call, NADIA, startSimulator } from "./incydr-simulator-caller.ts";

async function startControlled() {
  const simulator = await startSimulator();
  const over = (method: string, path: string, body?: unknown) =>
    call(
      `${simulator.url}/_control${path}`,
      method,
      { "content-type": "application/json" },
      body === undefined ? undefined : JSON.stringify(body),
    );
  return { ...simulator, over };
}

describe("the control over HTTP", () => {
  test("switches faults on, lists them with their counts, and switches them off", async () => {
    await using simulator = await startControlled();
    const added = await simulator.over("POST", "/faults", {
      kind: "status",
      status: 502,
      on: "GET /v1/orgs",
    });
    const id = Number(added.json().id);
    expect((await simulator.get("/v1/orgs")).status).toBe(502);
    const listed = await simulator.over("GET", "/faults");
    expect(JSON.parse(listed.text)).toMatchObject([
      { id, struck: 1, rule: { status: 502, body: "problem" } },
    ]);
    expect((await simulator.over("DELETE", `/faults/${id}`)).json()).toEqual({ done: true });
    expect((await simulator.get("/v1/orgs")).status).toBe(200);

    await simulator.over("POST", "/faults", { kind: "drop" });
    await simulator.over("DELETE", "/faults");
    expect((await simulator.get("/v1/orgs")).status).toBe(200);
  });

  test("holds a request after its effect, tells when it came, and releases it", async () => {
    await using simulator = await startControlled();
    const placed = await simulator.over("POST", "/holds", { on: "POST /v1/users/**", when: "after" });
    const id = Number(placed.json().id);
    const answer = simulator.deactivate(NADIA);
    expect((await simulator.over("GET", `/holds/${id}/arrival`)).json()).toMatchObject({ method: "POST" });
    expect(JSON.parse((await simulator.over("GET", "/write-log")).text)).toMatchObject([
      { applied: true, status: null },
    ]);
    await simulator.over("POST", `/holds/${id}/release`);
    expect((await answer).status).toBe(200);
    expect(simulator.writeLog()).toMatchObject([{ applied: true, status: 200 }]);
    expect((await simulator.over("GET", "/holds/77/arrival")).status).toBe(400);
  });

  test("releases everything that hangs", async () => {
    await using simulator = await startControlled();
    const added = simulator.control.addFault({ kind: "hang", times: 1 });
    const hanging = simulator.get("/v1/orgs");
    await expect.poll(() => added.struck).toBe(1);
    await simulator.over("POST", "/release");
    expect((await hanging).status).toBe(200);
  });

  test("reads and changes readings and rate limit, and leaves the rest of them alone", async () => {
    await using simulator = await startControlled();
    await simulator.over("PATCH", "/readings", { usernameFilter: "exact" });
    const readings = await simulator.over("PATCH", "/readings", { booleans: "lower_case" });
    expect(readings.json()).toMatchObject({ usernameFilter: "exact", booleans: "lower_case" });
    const limit = await simulator.over("PATCH", "/rate-limit", { requestsPerMinute: 60, burst: 1 });
    expect(limit.json()).toMatchObject({ requestsPerMinute: 60, burst: 1, refused: 0 });
    await simulator.get("/v1/orgs");
    await simulator.get("/v1/orgs");
    expect((await simulator.over("GET", "/rate-limit")).json()).toMatchObject({ refused: 1 });
  });

  test("revokes tokens and sets the lifetime of later tokens", async () => {
    await using simulator = await startControlled();
    await simulator.over("POST", "/tokens", { expire: true, lifetimeSeconds: 30 });
    expect((await simulator.get("/v1/orgs")).status).toBe(401);
    const credentials = basic(simulator.clientId, simulator.clientSecret);
    const token = await call(`${simulator.url}/v1/oauth`, "POST", credentials);
    expect(token.json().expires_in).toBe(30);
  });

  test("shows a user and makes every edit", async () => {
    await using simulator = await startControlled();
    const edit = async (body: Record<string, unknown>) =>
      expect((await simulator.over("POST", "/edits", body)).json()).toEqual({ done: true });
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

    const shown = await simulator.over("GET", "/users/nadia.stern@harborlight.example");
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
    const roles = (await simulator.get("/v1/users/roles")).text;
    expect(roles).toContain("Case Reviewer");
    expect(roles).not.toContain('"Org Admin"');
    expect((await simulator.get("/v1/users?username=sam.ortega")).json().totalCount).toBe(0);
    expect(simulator.writeLog()).toEqual([]);
  });

  test("answers 400 with a readable reason to malformed requests, and changes nothing", async () => {
    await using simulator = await startControlled();
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
      const answer = await simulator.over(method, path, body);
      expect([answer.status, String(answer.json().error).length > 0], path).toEqual([400, true]);
    }
    expect(simulator.control.faults).toEqual([]);
  });

  test("is not logged, and empties both logs on demand", async () => {
    await using simulator = await startControlled();
    await simulator.get("/v1/orgs");
    const log = JSON.parse((await simulator.over("GET", "/request-log")).text);
    expect(log.map((entry: { path: string }) => entry.path)).toEqual(["/v1/oauth", "/v1/orgs"]);
    await simulator.over("DELETE", "/logs");
    expect(simulator.requestLog()).toEqual([]);
  });
});

test("a user can be added anywhere in the list and is found at once", async () => {
  await using simulator = await startControlled();
  const added = simulator.control.edit.addUser(
    { username: "new.hire@harborlight.example", firstName: "New", lastName: "Hire", orgName: "People" },
    0,
  );
  const first = (await simulator.get("/v1/users?pageSize=1")).json();
  expect(first).toMatchObject({ users: [{ userId: added.userId }], totalCount: 321 });
  expect((await simulator.get(`/v1/users/${added.userId}/roles`)).status).toBe(200);
});

test("a reset brings everything back to the start, and tokens stay good", async () => {
  await using simulator = await startControlled();
  const { control, tenant } = simulator;
  const before = structuredClone(tenant.users);
  await simulator.post(`/v1/users/${tenant.user(NADIA).userId}/deactivate`);
  control.edit.removeUser("sam.ortega@harborlight.example");
  control.addFault({ kind: "drop" });
  control.setReadings({ usernameFilter: "exact" });
  control.setRateLimit({ requestsPerMinute: 1 });
  control.setTokenLifetime(1);
  const hold = control.hold("GET /v1/users");

  expect((await simulator.over("POST", "/reset")).json()).toEqual({ done: true });
  await expect(hold.arrived).rejects.toThrow();
  expect(tenant.users).toEqual(before);
  expect(control.faults).toEqual([]);
  expect(control.readings.usernameFilter).toBe("substring");
  expect(control.rateLimit).toMatchObject({ requestsPerMinute: null, allowed: 0, refused: 0 });
  expect(simulator.writeLog()).toEqual([]);
  expect(simulator.requestLog()).toEqual([]);
  expect((await simulator.get("/v1/users")).status).toBe(200);
});
