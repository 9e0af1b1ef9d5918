import { describe, expect, test } from "vitest";
import { startIncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";
import type { ReadingsChange } from "../../sandbox/incydr/readings.ts";
import { basic, call, DARIO, NADIA, startSimulator } from "./incydr-simulator-caller.ts";

const VICTOR = "victor.hale+lab@harborlight.example";
const IVY = "ivy.morton@harborlight.example";
const HELD = "identity-management-administrator";

describe("the username filter", () => {
  const ann = "ann.karlsson@harborlight.example";
  const cases: [ReadingsChange, string, number][] = [
    [{ usernameFilter: "exact" }, ann, 1],
    [{ usernameFilter: "exact" }, ann.toUpperCase(), 1],
    [{ usernameFilter: "exact", usernameFilterCase: "sensitive" }, ann.toUpperCase(), 0],
    [{ usernameFilter: "exact" }, "ann", 0],
    [{ usernameFilter: "prefix" }, "ann", 2],
    [{ usernameFilter: "prefix" }, "karlsson", 0],
    [{ usernameFilter: "substring" }, "karlsson", 2],
    [{ usernameFilter: "substring", usernameFilterCase: "sensitive" }, "Karlsson", 0],
    [{ emptyUsername: "all" }, "", 320],
    [{ emptyUsername: "none" }, "", 0],
  ];
  test.each(cases)("of %j finds for '%s' %i users", async (readings, username, count) => {
    await using simulator = await startSimulator({ readings });
    const answer = await simulator.get(`/v1/users?username=${encodeURIComponent(username)}`);
    expect(answer.json().totalCount).toBe(count);
  });
});

test("booleans in capitals are 400 in the reading that takes lower case alone", async () => {
  await using simulator = await startSimulator({ readings: { booleans: "lower_case" } });
  expect((await simulator.get("/v1/users?active=True")).status).toBe(400);
  expect((await simulator.get("/v1/users?active=true")).status).toBe(200);
});

describe("a change to the state that a user has already", () => {
  test("is accepted by default and changes nothing", async () => {
    await using simulator = await startSimulator();
    expect((await simulator.post(`${simulator.pathOf(NADIA)}/activate`)).status).toBe(200);
    expect((await simulator.deactivate(IVY)).status).toBe(200);
    const writes = simulator.writeLog();
    expect(writes).toMatchObject([{ applied: true }, { applied: true }]);
    expect(writes.every((write) => write.before?.active === write.after?.active)).toBe(true);
  });

  test("is refused with its own code word in the other reading", async () => {
    await using simulator = await startSimulator({ readings: { repeatedStateChange: "refused" } });
    const active = await simulator.post(`${simulator.pathOf(NADIA)}/activate`);
    expect([active.status, active.json().problem]).toEqual([400, "ALREADY_ACTIVE"]);
    const inactive = await simulator.deactivate(IVY);
    expect([inactive.status, inactive.json().problem]).toEqual([400, "ALREADY_DEACTIVATED"]);
  });
});

describe("roles that the client may not assign", () => {
  test("refuse the whole put in the other reading", async () => {
    await using simulator = await startSimulator({ readings: { unassignableRole: "refused" } });
    const answer = await simulator.put(`${simulator.pathOf(NADIA)}/roles`, {
      roleIds: ["desktop-user", HELD],
    });
    expect(answer.status).toBe(403);
    expect(simulator.tenant.rolesOf(NADIA)).toEqual(["desktop-user", "proe-user"]);
  });

  test("stay when they are held and sent again, named as processed or as ignored", async () => {
    for (const reading of ["processed", "ignored"] as const) {
      await using simulator = await startSimulator({ readings: { heldUnassignableRole: reading } });
      const answer = await simulator.put(`${simulator.pathOf(VICTOR)}/roles`, { roleIds: [HELD] });
      expect(answer.json()).toMatchObject({
        processedReplacementRoleIds: reading === "processed" ? [HELD] : [],
        ignoredRolesIds: reading === "ignored" ? [HELD] : [],
      });
      expect(simulator.tenant.rolesOf(VICTOR)).toEqual([HELD]);
    }
  });

  test("go when they are left out, or stay without a word", async () => {
    for (const reading of ["removed", "kept"] as const) {
      await using simulator = await startSimulator({ readings: { omittedUnassignableRole: reading } });
      const answer = await simulator.put(`${simulator.pathOf(VICTOR)}/roles`, {
        roleIds: ["desktop-user"],
      });
      expect(answer.json()).toMatchObject({
        processedReplacementRoleIds: ["desktop-user"],
        unassignedRolesIds: reading === "removed" ? ["proe-user", HELD] : ["proe-user"],
        ignoredRolesIds: [],
      });
      expect(simulator.tenant.rolesOf(VICTOR)).toEqual(
        reading === "removed" ? ["desktop-user"] : ["desktop-user", HELD],
      );
    }
  });
});

test("a role that does not exist is named as ignored in the other reading", async () => {
  await using simulator = await startSimulator({ readings: { unknownRole: "ignored" } });
  const answer = await simulator.put(`${simulator.pathOf(NADIA)}/roles`, {
    roleIds: ["desktop-user", "no-such-role"],
  });
  expect(answer.json()).toMatchObject({ ignoredRolesIds: ["no-such-role"] });
  expect(simulator.tenant.rolesOf(NADIA)).toEqual(["desktop-user"]);
});

test("activation brings devices and agents back in the other reading", async () => {
  await using simulator = await startSimulator({ readings: { activationRestoresDevices: true } });
  await simulator.deactivate(NADIA);
  await simulator.post(`${simulator.pathOf(NADIA)}/activate`);
  expect(simulator.tenant.devicesOf(NADIA).every((device) => device.active)).toBe(true);
  expect(simulator.tenant.agentsOf(NADIA).every((agent) => agent.active)).toBe(true);
});

test("a page size above the largest is cut, or refused in the other reading", async () => {
  await using simulator = await startSimulator({ readings: { maxPageSize: 50 } });
  const cut = (await simulator.get("/v1/users?pageSize=200")).json();
  expect(cut.users).toHaveLength(50);
  expect((await simulator.get("/v1/users")).json().users).toHaveLength(50);
  simulator.control.setReadings({ oversizedPage: "refused" });
  expect((await simulator.get("/v1/users?pageSize=200")).status).toBe(400);
  expect((await simulator.get("/v1/users?pageSize=50")).status).toBe(200);
});

describe("error bodies", () => {
  test.each(["problem", "array", "html", "text"] as const)(
    "of shape %s name the legal hold",
    async (errorBody) => {
      await using simulator = await startSimulator({ readings: { errorBody } });
      const answer = await simulator.deactivate(DARIO);
      expect(answer.status).toBe(400);
      expect(answer.text).toContain("ACTIVE_LEGAL_HOLD");
    },
  );

  test("that are empty leave only the status", async () => {
    await using simulator = await startSimulator({ readings: { errorBody: "empty" } });
    const answer = await simulator.get("/v1/users/1");
    expect([answer.status, answer.text]).toEqual([404, ""]);
  });
});

test("a reading or a value that does not exist is refused, and the others stay as they are", async () => {
  await using simulator = await startSimulator({ readings: { usernameFilter: "exact" } });
  const { control } = simulator;
  // Only a caller without types can make this mistake.
  const mistake = { usernameFilter: "fuzzy" } as unknown as ReadingsChange;
  expect(() => control.setReadings(mistake)).toThrow();
  control.setReadings({ booleans: "lower_case" });
  expect(control.readings).toMatchObject({ usernameFilter: "exact", booleans: "lower_case" });
});

test("a move to an unknown org is 404 in the other reading", async () => {
  await using simulator = await startSimulator({ readings: { unknownOrg: "not_found" } });
  const answer = await simulator.post(`${simulator.pathOf(NADIA)}/move`, { orgGuid: "nowhere" });
  expect(answer.status).toBe(404);
  expect(simulator.writeLog()).toMatchObject([{ applied: false, status: 404 }]);
});

describe("lists", () => {
  const lists: [string, string, string][] = [
    ["users", "/v1/users?pageSize=100", "userId"],
    ["agents", "/v1/agents?pageSize=100", "agentId"],
    ["watchlists", "/v2/watchlists?pageSize=2", "watchlistId"],
    ["orgs", "/v1/orgs?pageSize=10", "orgGuid"],
  ];

  test.each(lists)("of %s have totals that may be absent, capped or the page's own", async (_, path) => {
    await using simulator = await startSimulator({ readings: { orgs: "paged" } });
    const total = async (totalCount: NonNullable<ReadingsChange["totalCount"]>) => {
      simulator.control.setReadings({ totalCount, largestTotal: 2 });
      return (await simulator.get(path)).json().totalCount;
    };
    const size = Number(/pageSize=(\d+)/.exec(path)?.[1]);
    expect(await total("whole")).toBeGreaterThan(size);
    expect(await total("per_page")).toBe(size);
    expect(await total("capped")).toBe(2);
    expect(await total("absent")).toBeUndefined();
  });

  test.each(lists)("of %s may have a first record without an id", async (field, path, id) => {
    await using simulator = await startSimulator({ readings: { recordWithoutId: true } });
    const { [field]: records } = (await simulator.get(path)).json();
    const [first, second] = records as Record<string, unknown>[]; // a list of records
    expect(first).not.toHaveProperty(id);
    expect(second).toHaveProperty(id);
  });

  test("of organizations come all at once, or on pages of 100, or of another size", async () => {
    await using simulator = await startSimulator();
    const { edit } = simulator.control;
    while (simulator.tenant.orgs.length < 250) edit.addOrg("Another", "Harborlight");
    const countOf = async (query: string) =>
      ((await simulator.get(`/v1/orgs${query}`)).json().orgs as unknown[]).length; // a list of orgs
    expect(await countOf("?page=3&pageSize=100")).toBe(250);
    simulator.control.setReadings({ orgs: "paged" });
    expect(await countOf("")).toBe(100);
    expect(await countOf("?page=3&pageSize=100")).toBe(50);
    simulator.control.setReadings({ orgsPageSize: 24 });
    expect(await countOf("")).toBe(24);
    expect(await countOf("?page=11&pageSize=100")).toBe(10);
  });
});

test("a user who never was a custodian has no matters, or is 404", async () => {
  await using simulator = await startSimulator({ readings: { neverCustodian: "not_found" } });
  const matters = (who: string) =>
    simulator.get(simulator.pathOf(who).replace("users", "legal-hold/custodians"));
  expect((await matters(NADIA)).status).toBe(404);
  expect((await matters(DARIO)).status).toBe(200);
});

test.each([
  [
    "changed_only",
    { processedReplacementRoleIds: ["alert-emails"], newlyAssignedRolesIds: ["alert-emails"] },
  ],
  ["nulls", { processedReplacementRoleIds: null, ignoredRolesIds: null }],
  ["empty", null],
] as const)("a replacement of roles is made, though its answer is %s", async (reading, said) => {
  await using simulator = await startSimulator({ readings: { roleReplacementAnswer: reading } });
  const roleIds = [...simulator.tenant.rolesOf(NADIA), "alert-emails"];
  const answer = await simulator.put(`${simulator.pathOf(NADIA)}/roles`, { roleIds });
  expect(simulator.tenant.rolesOf(NADIA)).toContain("alert-emails");
  if (said === null) expect(answer.text).toBe("");
  else expect(answer.json()).toMatchObject(said);
});

test.each([
  ["text", "900"],
  ["absent", undefined],
] as const)("the life of a token may be %s", async (tokenLifetime, expected) => {
  await using simulator = await startIncydrSimulator({ readings: { tokenLifetime } });
  const credentials = basic(simulator.clientId, simulator.clientSecret);
  const answer = await call(`${simulator.url}/v1/oauth`, "POST", credentials);
  expect(answer.json().expires_in).toBe(expected);
});
