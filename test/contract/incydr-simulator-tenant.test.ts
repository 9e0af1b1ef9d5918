import { expect, test } from "vitest";
import { buildTenant } from "../../sandbox/incydr/tenant/build-tenant.ts";
import { startSimulator } from "./incydr-simulator-caller.ts";

const tenant = buildTenant({ seed: 4711, userCount: 320 });
const named = (local: string) =>
  tenant.users.find((user) => user.username === `${local}@harborlight.example`);

test("the same seed builds the same tenant, to the last id", () => {
  expect(buildTenant({ seed: 4711, userCount: 320 })).toEqual(tenant);
});

test("another seed builds other ids around the same people", () => {
  const other = buildTenant({ seed: 1, userCount: 320 });
  const nadia = other.users.find((user) => user.username === "nadia.petrov@harborlight.example");
  expect(nadia).toBeDefined();
  expect(nadia?.userId).not.toBe(named("nadia.petrov")?.userId);
});

test("the tenant has 320 users in more than a dozen orgs that form a tree", () => {
  expect(tenant.users).toHaveLength(320);
  expect(tenant.orgs.length).toBeGreaterThan(12);
  const guids = new Set(tenant.orgs.map((org) => org.orgGuid));
  expect(tenant.orgs.filter((org) => org.parentOrgGuid === null)).toHaveLength(1);
  expect(tenant.orgs.every((org) => org.parentOrgGuid === null || guids.has(org.parentOrgGuid))).toBe(true);
  expect(tenant.users.every((user) => guids.has(user.orgGuid ?? ""))).toBe(true);
});

test("ids are unique numerals of 18 digits that a number cannot hold", () => {
  const ids = tenant.users.map((user) => user.userId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => /^[1-9]\d{17}$/.test(id))).toBe(true);
  expect(ids.some((id) => String(Number(id)) !== id)).toBe(true);
});

test("usernames are unique whatever their case, and some have a plus, capitals or letters beyond ASCII", () => {
  const usernames = tenant.users.flatMap((user) => user.username ?? []);
  expect(new Set(usernames.map((name) => name.toLowerCase())).size).toBe(usernames.length);
  expect(usernames.filter((name) => name.includes("+")).length).toBeGreaterThan(2);
  expect(usernames.filter((name) => name !== name.toLowerCase()).length).toBeGreaterThan(2);
  expect(usernames.filter((name) => /[^ -~]/.test(name)).length).toBeGreaterThan(2);
});

test("dates have six fractional digits, and every nullable field of a user is null somewhere", () => {
  expect(named("nadia.petrov")?.creationDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  const nullable = [
    "legacyUserId",
    "username",
    "firstName",
    "lastName",
    "legacyOrgId",
    "orgName",
    "notes",
    "creationDate",
    "modificationDate",
  ] as const;
  for (const field of nullable) {
    expect(
      tenant.users.some((user) => user[field] === null),
      field,
    ).toBe(true);
  }
});

test("only Ann and Annette Karlsson have ann in their usernames", () => {
  const found = tenant.users.filter((user) => user.username?.toLowerCase().includes("ann"));
  expect(found.map((user) => user.username).toSorted()).toEqual([
    "ann.karlsson@harborlight.example",
    "annette.karlsson@harborlight.example",
  ]);
});

test("the people of the scenario are as the scenario needs them", async () => {
  await using simulator = await startSimulator();
  const { tenant: live } = simulator;
  const at = (local: string) => `${local}@harborlight.example`;

  const nadia = at("nadia.petrov");
  expect(live.stateOf(nadia)).toMatchObject({ active: true, roleIds: ["desktop-user", "proe-user"] });
  expect(live.orgOf(nadia).orgName).toBe("Research");
  expect(live.devicesOf(nadia)).toHaveLength(2);
  expect(live.agentsOf(nadia)).toHaveLength(2);
  expect(live.mattersOf(nadia)).toEqual([]);
  expect(live.watchlistsOf(nadia).map((watchlist) => watchlist.title)).toEqual(["Departing employees"]);

  expect(live.mattersOf(at("dario.conti"))).toMatchObject([
    { name: "Meridian litigation", membershipActive: true },
  ]);
  expect(live.rolesOf(at("ben.adeyemi"))).toContain("customer-cloud-admin");
  expect(live.rolesOf(at("victor.hale+lab"))).toContain("identity-management-administrator");
  expect(live.user(at("ivy.morton")).active).toBe(false);
  expect(live.user(at("rolf.brandt"))).toMatchObject({ active: true, blocked: true });
  expect(live.user(at("pär.öberg")).lastName).toBe("Öberg");
  expect(live.user(at("service.backup")).firstName).toBeNull();
  const colleagues = "maya.lindqvist noor.haddad theo.okafor priya.raman lena.fischer jonas.weber sam.ortega";
  for (const local of [...colleagues.split(" "), "olga.novak"])
    expect(live.user(at(local)).active, local).toBe(true);
  expect(live.findUser("gil.marsh@contractor.example")).toBeUndefined();
});

test("the roles that exist and are held but may not be assigned are absent from the client's catalogue", async () => {
  await using simulator = await startSimulator();
  const catalogue = (await simulator.get("/v1/users/roles")).text;
  for (const roleId of ["identity-management-administrator", "security-center-restore"]) {
    expect(simulator.tenant.isAssignable(roleId)).toBe(false);
    expect([...tenant.roleIdsByUserId.values()].flat()).toContain(roleId);
    expect(catalogue).not.toContain(roleId);
    expect((await simulator.get(`/v1/users/roles/${roleId}`)).status).toBe(404);
  }
  expect(catalogue).toContain("customer-cloud-admin");
});
