import { describe, expect, test } from "vitest";
import { startIncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";
import type { ReadingsChange } from "../../sandbox/incydr/readings.ts";
import { callerOf } from "./incydr-simulator-caller.ts";

const NADIA = "nadia.petrov@harborlight.example";
const DARIO = "dario.conti@harborlight.example";
const VICTOR = "victor.hale+lab@harborlight.example";
const HELD = "identity-management-administrator";

async function start(readings: ReadingsChange) {
  const simulator = await startIncydrSimulator({ requestsPerMinute: null, readings });
  const caller = await callerOf(simulator);
  const idOf = (who: string) => simulator.tenant.user(who).userId;
  return { simulator, caller, idOf, [Symbol.asyncDispose]: () => simulator.close() };
}

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
  test.each(cases)("%j finds for '%s' %i", async (readings, username, count) => {
    await using setup = await start(readings);
    const answer = await setup.caller.get(`/v1/users?username=${encodeURIComponent(username)}`);
    expect(answer.json().totalCount).toBe(count);
  });
});

test("booleans in capitals are 400 where only lower case is read", async () => {
  await using setup = await start({ booleans: "lower_case" });
  expect((await setup.caller.get("/v1/users?active=True")).status).toBe(400);
  expect((await setup.caller.get("/v1/users?active=true")).status).toBe(200);
});

describe("a state change that is one no more", () => {
  test("is accepted by default and changes nothing", async () => {
    await using setup = await start({});
    expect((await setup.caller.post(`/v1/users/${setup.idOf(NADIA)}/activate`)).status).toBe(200);
    const ivy = setup.idOf("ivy.morton@harborlight.example");
    expect((await setup.caller.post(`/v1/users/${ivy}/deactivate`)).status).toBe(200);
    const writes = setup.simulator.writeLog();
    expect(writes).toMatchObject([{ applied: true }, { applied: true }]);
    expect(writes.every((write) => write.before?.active === write.after?.active)).toBe(true);
  });

  test("is refused with its own code word in the other reading", async () => {
    await using setup = await start({ repeatedStateChange: "refused" });
    const active = await setup.caller.post(`/v1/users/${setup.idOf(NADIA)}/activate`);
    expect([active.status, active.json().problem]).toEqual([400, "ALREADY_ACTIVE"]);
    const ivy = setup.idOf("ivy.morton@harborlight.example");
    const inactive = await setup.caller.post(`/v1/users/${ivy}/deactivate`);
    expect([inactive.status, inactive.json().problem]).toEqual([400, "ALREADY_DEACTIVATED"]);
  });
});

describe("roles that the client may not assign", () => {
  test("refuse the whole put in the other reading", async () => {
    await using setup = await start({ unassignableRole: "refused" });
    const answer = await setup.caller.put(`/v1/users/${setup.idOf(NADIA)}/roles`, {
      roleIds: ["desktop-user", HELD],
    });
    expect(answer.status).toBe(403);
    expect(setup.simulator.tenant.rolesOf(NADIA)).toEqual(["desktop-user", "proe-user"]);
  });

  test("stay when they are held and sent again, named as processed or as ignored", async () => {
    for (const reading of ["processed", "ignored"] as const) {
      await using setup = await start({ heldUnassignableRole: reading });
      const answer = await setup.caller.put(`/v1/users/${setup.idOf(VICTOR)}/roles`, { roleIds: [HELD] });
      expect(answer.json()).toMatchObject({
        processedReplacementRoleIds: reading === "processed" ? [HELD] : [],
        ignoredRolesIds: reading === "ignored" ? [HELD] : [],
      });
      expect(setup.simulator.tenant.rolesOf(VICTOR)).toEqual([HELD]);
    }
  });

  test("go when they are left out, or stay without a word", async () => {
    for (const reading of ["removed", "kept"] as const) {
      await using setup = await start({ omittedUnassignableRole: reading });
      const answer = await setup.caller.put(`/v1/users/${setup.idOf(VICTOR)}/roles`, {
        roleIds: ["desktop-user"],
      });
      expect(answer.json()).toMatchObject({
        processedReplacementRoleIds: ["desktop-user"],
        unassignedRolesIds: reading === "removed" ? ["proe-user", HELD] : ["proe-user"],
        ignoredRolesIds: [],
      });
      expect(setup.simulator.tenant.rolesOf(VICTOR)).toEqual(
        reading === "removed" ? ["desktop-user"] : ["desktop-user", HELD],
      );
    }
  });
});

test("a role that does not exist is named as ignored in the other reading", async () => {
  await using setup = await start({ unknownRole: "ignored" });
  const answer = await setup.caller.put(`/v1/users/${setup.idOf(NADIA)}/roles`, {
    roleIds: ["desktop-user", "no-such-role"],
  });
  expect(answer.json()).toMatchObject({ ignoredRolesIds: ["no-such-role"] });
  expect(setup.simulator.tenant.rolesOf(NADIA)).toEqual(["desktop-user"]);
});

test("activation brings devices and agents back in the other reading", async () => {
  await using setup = await start({ activationRestoresDevices: true });
  await setup.caller.post(`/v1/users/${setup.idOf(NADIA)}/deactivate`);
  await setup.caller.post(`/v1/users/${setup.idOf(NADIA)}/activate`);
  expect(setup.simulator.tenant.devicesOf(NADIA).every((device) => device.active)).toBe(true);
  expect(setup.simulator.tenant.agentsOf(NADIA).every((agent) => agent.active)).toBe(true);
});

test("a page size above the largest is cut, or refused in the other reading", async () => {
  await using setup = await start({ maxPageSize: 50 });
  const cut = (await setup.caller.get("/v1/users?pageSize=200")).json();
  expect(cut.users).toHaveLength(50);
  expect((await setup.caller.get("/v1/users")).json().users).toHaveLength(50);
  setup.simulator.control.setReadings({ oversizedPage: "refused" });
  expect((await setup.caller.get("/v1/users?pageSize=200")).status).toBe(400);
  expect((await setup.caller.get("/v1/users?pageSize=50")).status).toBe(200);
});

describe("error bodies", () => {
  test.each(["problem", "array", "html", "text"] as const)(
    "of shape %s name the legal hold",
    async (errorBody) => {
      await using setup = await start({ errorBody });
      const answer = await setup.caller.post(`/v1/users/${setup.idOf(DARIO)}/deactivate`);
      expect(answer.status).toBe(400);
      expect(answer.text).toContain("ACTIVE_LEGAL_HOLD");
    },
  );

  test("that are empty leave only the status", async () => {
    await using setup = await start({ errorBody: "empty" });
    const answer = await setup.caller.get("/v1/users/1");
    expect([answer.status, answer.text]).toEqual([404, ""]);
  });
});

test("a reading or a value that does not exist is refused, and the others stay as they are", async () => {
  await using setup = await start({ usernameFilter: "exact" });
  const { control } = setup.simulator;
  // A mistake that only an untyped caller can make.
  const mistake = { usernameFilter: "fuzzy" } as unknown as ReadingsChange;
  expect(() => control.setReadings(mistake)).toThrow();
  control.setReadings({ booleans: "lower_case" });
  expect(control.readings).toMatchObject({ usernameFilter: "exact", booleans: "lower_case" });
});

test.each([
  ["bad_request", 400],
  ["not_found", 404],
] as const)("a move to an unknown org is %s", async (unknownOrg, status) => {
  await using setup = await start({ unknownOrg });
  const body = { orgGuid: "00000000-0000-4000-8000-000000000000" };
  const answer = await setup.caller.post(`/v1/users/${setup.idOf(NADIA)}/move`, body);
  expect(answer.status).toBe(status);
  expect(setup.simulator.writeLog()).toMatchObject([{ applied: false, status }]);
});

describe("lists", () => {
  const lists: [string, string, string][] = [
    ["users", "/v1/users?pageSize=100", "userId"],
    ["agents", "/v1/agents?pageSize=100", "agentId"],
    ["watchlists", "/v2/watchlists?pageSize=2", "watchlistId"],
    ["orgs", "/v1/orgs?pageSize=10", "orgGuid"],
  ];

  test.each(lists)("totals may be absent, capped or the page's own: %s", async (_, path) => {
    await using setup = await start({ orgs: "paged" });
    const total = async (totalCount: NonNullable<ReadingsChange["totalCount"]>) => {
      setup.simulator.control.setReadings({ totalCount, largestTotal: 2 });
      return (await setup.caller.get(path)).json().totalCount;
    };
    const size = Number(/pageSize=(\d+)/.exec(path)?.[1]);
    expect(await total("whole")).toBeGreaterThan(size);
    expect(await total("per_page")).toBe(size);
    expect(await total("capped")).toBe(2);
    expect(await total("absent")).toBeUndefined();
  });

  test.each(lists)("the first record may lack its id: %s", async (field, path, id) => {
    await using setup = await start({ recordWithoutId: true });
    const { [field]: records } = (await setup.caller.get(path)).json();
    const [first, second] = records as Record<string, unknown>[]; // a list of records
    expect(first).not.toHaveProperty(id);
    expect(second).toHaveProperty(id);
  });

  test("organizations come all at once, or on pages of 100, or of another size", async () => {
    await using setup = await start({});
    const { edit } = setup.simulator.control;
    while (setup.simulator.tenant.orgs.length < 250) edit.addOrg("Another", "Harborlight");
    const countOf = async (query: string) =>
      ((await setup.caller.get(`/v1/orgs${query}`)).json().orgs as unknown[]).length; // a list of orgs
    expect(await countOf("?page=3&pageSize=100")).toBe(250);
    setup.simulator.control.setReadings({ orgs: "paged" });
    expect(await countOf("")).toBe(100);
    expect(await countOf("?page=3&pageSize=100")).toBe(50);
    setup.simulator.control.setReadings({ orgsPageSize: 24 });
    expect(await countOf("")).toBe(24);
    expect(await countOf("?page=11&pageSize=100")).toBe(10);
  });
});

test("a user who never was a custodian has no matters, or is 404", async () => {
  await using setup = await start({ neverCustodian: "not_found" });
  const matters = (who: string) => setup.caller.get(`/v1/legal-hold/custodians/${setup.idOf(who)}`);
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
] as const)(
  "the answer to a replacement of roles may be %s, and it is made all the same",
  async (reading, said) => {
    await using setup = await start({ roleReplacementAnswer: reading });
    const id = setup.idOf(NADIA);
    const roleIds = [...setup.simulator.tenant.rolesOf(id), "alert-emails"];
    const answer = await setup.caller.put(`/v1/users/${id}/roles`, { roleIds });
    expect(setup.simulator.tenant.rolesOf(id)).toContain("alert-emails");
    if (said === null) expect(answer.text).toBe("");
    else expect(answer.json()).toMatchObject(said);
  },
);

test.each([
  ["text", "900"],
  ["absent", undefined],
] as const)("the life of a token may be %s", async (tokenLifetime, expected) => {
  await using simulator = await startIncydrSimulator({ readings: { tokenLifetime } });
  const credentials = Buffer.from(`${simulator.clientId}:${simulator.clientSecret}`).toString("base64");
  const answer = await fetch(`${simulator.url}/v1/oauth`, {
    method: "POST",
    headers: { authorization: `Basic ${credentials}` },
  });
  const token = (await answer.json()) as Record<string, unknown>; // an object of any content
  expect(token.expires_in).toBe(expected);
});
