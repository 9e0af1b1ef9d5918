import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createPreflight, createSubjectReader } from "../../../src/subjects/index.ts";
import { type IncydrBench, startIncydrBench } from "./incydr-bench.ts";

const NADIA = "nadia.petrov@harborlight.example";
const DARIO = "dario.conti@harborlight.example";
const BEN = "ben.adeyemi@harborlight.example";
const BACKUP = "service.backup@harborlight.example";
const UNKNOWN = { fact: "unknown", names: [] };

let bench: IncydrBench;
beforeAll(async () => {
  bench = await startIncydrBench();
});
afterEach(() => bench.simulator.control.reset());
afterAll(() => bench[Symbol.asyncDispose]());

async function preflightOf(username: string, protectedUsernames: readonly string[] = []) {
  const preflight = createPreflight({
    incydr: bench.incydr,
    protectedUsernames: new Set(protectedUsernames),
  });
  return preflight(await bench.user(username));
}

describe("the preflight", () => {
  it("reads account, organization, roles, devices, agents, legal hold and watchlists", async () => {
    const { tenant } = bench.simulator;
    const agents = tenant.agentsOf(NADIA).map(({ name }) => name);
    expect(await preflightOf(NADIA)).toMatchObject({
      userId: tenant.user(NADIA).userId,
      username: NADIA,
      displayName: "Nadia Petrov",
      orgName: "Research",
      orgGuid: tenant.org("Research").orgGuid,
      active: true,
      blocked: false,
      roles: [
        { id: "desktop-user", name: "Desktop User" },
        { id: "proe-user", name: "PROe User" },
      ],
      devices: { fact: "yes", names: expect.any(Array) },
      agents: { fact: "yes", names: expect.arrayContaining(agents) },
      legalHold: { fact: "no", names: [] },
      watchlists: { fact: "yes", names: ["Departing employees"] },
      privileged: false,
      protected: false,
    });
  });

  it("names the matters of an active legal hold, and leaves out those that have ended", async () => {
    expect((await preflightOf(DARIO)).legalHold).toEqual({ fact: "yes", names: ["Meridian litigation"] });
    const victor = await preflightOf("victor.hale+lab@harborlight.example");
    expect(victor.legalHold).toEqual({ fact: "no", names: [] });
  });

  it("shows an inactive and a blocked account as such", async () => {
    expect((await preflightOf("ivy.morton@harborlight.example")).active).toBe(false);
    expect((await preflightOf("rolf.brandt@harborlight.example")).blocked).toBe(true);
  });

  it("protects a Customer Cloud Admin, and whoever is on the list in any case", async () => {
    expect(await preflightOf(BEN)).toMatchObject({ protected: true, privileged: true });
    expect((await preflightOf(BACKUP)).protected).toBe(false);
    expect((await preflightOf(BACKUP, [BACKUP])).protected).toBe(true);
    bench.simulator.control.edit.rename(BACKUP, "Service.Backup@Harborlight.example");
    expect((await preflightOf("Service.Backup@Harborlight.example", [BACKUP])).protected).toBe(true);
  });

  it("takes a service account without names and without an actor", async () => {
    expect(await preflightOf(BACKUP)).toMatchObject({
      displayName: BACKUP,
      devices: { fact: "no", names: [] },
      watchlists: { fact: "no", names: [] },
    });
  });
});

describe("a fact that can't be read is unknown, never a no", () => {
  it.each([
    ["legal hold", "legalHold", "GET /v1/legal-hold/**"],
    ["devices", "devices", "GET /v1/users/*/devices"],
    ["agents", "agents", "GET /v1/agents"],
    ["watchlists", "watchlists", "GET /v2/watchlists"],
    ["watchlists of an unreadable actor", "watchlists", "GET /v1/actors/**"],
  ] as const)("where Incydr doesn't permit it: %s", async (_what, fact, endpoint) => {
    bench.simulator.control.forbid(endpoint);
    const facts = await preflightOf(NADIA);
    expect(facts[fact]).toEqual(UNKNOWN);
    const others = ["legalHold", "devices", "agents", "watchlists"] as const;
    for (const other of others) if (other !== fact) expect(facts[other].fact).not.toBe("unknown");
  });

  it("where all that is asked about an actor is answered with a 404", async () => {
    bench.simulator.control.addFault({
      kind: "status",
      status: 404,
      on: "GET /v1/actors/**",
      body: "problem",
    });
    expect((await preflightOf(NADIA)).watchlists).toEqual(UNKNOWN);
  });

  it("where Incydr doesn't say whether a hold is active", async () => {
    const { incydr } = bench;
    const matter = { matterId: "1", name: "Meridian", membershipActive: null, membershipCreationDate: null };
    const silent = { ...incydr, legalHold: { mattersOf: async () => [matter] } } as unknown as typeof incydr; // with a branded id
    const preflight = createPreflight({ incydr: silent, protectedUsernames: new Set() });
    expect((await preflight(await bench.user(NADIA))).legalHold).toEqual(UNKNOWN);
  });
});

describe("what decides over a change", () => {
  const reader = () => createSubjectReader({ incydr: bench.incydr, protectedUsernames: new Set([NADIA]) });

  it("is read anew before the write: account, roles, legal hold, protection", async () => {
    const { userId } = bench.simulator.tenant.user(NADIA);
    const { control } = bench.simulator;
    control.edit.addLegalHold(NADIA);
    control.edit.setActive(NADIA, false);
    expect(await reader().state(userId)).toMatchObject({
      userId,
      username: NADIA,
      active: false,
      legalHold: { fact: "yes", names: ["Meridian litigation"] },
      protected: true,
    });
    expect(await reader().effect(userId)).toMatchObject({
      active: false,
      roles: [
        { id: "desktop-user", name: "Desktop User" },
        { id: "proe-user", name: "PROe User" },
      ],
    });
  });

  it("is unknown where Incydr refuses to tell of legal hold", async () => {
    const { userId } = bench.simulator.tenant.user(NADIA);
    bench.simulator.control.makeLegalHoldUnreadable();
    expect((await reader().state(userId)).legalHold).toEqual(UNKNOWN);
  });

  it("is waited for where Incydr can't tell of legal hold just now", async () => {
    const { userId } = bench.simulator.tenant.user(NADIA);
    const { incydr } = bench;
    bench.simulator.control.addFault({ kind: "status", status: 503, on: "GET /v1/legal-hold/**" });
    const shortCall = {
      ...incydr,
      legalHold: {
        mattersOf: (id: Parameters<typeof incydr.legalHold.mattersOf>[0]) =>
          incydr.legalHold.mattersOf(id, { deadlineMs: 300 }),
      },
    };
    const reader = createSubjectReader({ incydr: shortCall, protectedUsernames: new Set() });
    await expect(reader.state(userId)).rejects.toMatchObject({ name: "IncydrError" });
  });

  it("can't be asked for what isn't an id", async () => {
    await expect(reader().state("../roles")).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("an answer that isn't understood is never a no", () => {
  const facts = [
    ["legal hold", "legalHold", "GET /v1/legal-hold/**"],
    ["devices", "devices", "GET /v1/users/*/devices"],
    ["agents", "agents", "GET /v1/agents"],
    ["watchlists", "watchlists", "GET /v2/watchlists"],
  ] as const;
  const bodies = ["problem", "array", "html", "text", "empty"] as const;

  it.each(facts.flatMap((fact) => bodies.map((errorBody) => [...fact, errorBody] as const)))(
    "nor is a 404 about a user who exists: %s",
    async (_what, fact, on, errorBody) => {
      bench.simulator.control.setReadings({ errorBody });
      bench.simulator.control.addFault({ kind: "status", status: 404, on });
      expect((await preflightOf(DARIO))[fact]).toEqual(UNKNOWN);
      const { userId } = bench.simulator.tenant.user(DARIO);
      const reader = createSubjectReader({ incydr: bench.incydr, protectedUsernames: new Set() });
      if (fact === "legalHold") expect((await reader.state(userId)).legalHold).toEqual(UNKNOWN);
    },
  );

  it("nor is the 404 of somebody who never was a custodian, of which no source tells", async () => {
    bench.simulator.control.setReadings({ neverCustodian: "not_found" });
    expect((await preflightOf(NADIA)).legalHold).toEqual(UNKNOWN);
  });

  it.each(["html", "text", "empty"] as const)("nor is a 404 of the actor that is %s", async (errorBody) => {
    bench.simulator.control.setReadings({ errorBody });
    expect((await preflightOf(BACKUP)).watchlists).toEqual(UNKNOWN);
  });

  it("while Incydr's own 404 of an actor means that there is none, so no watchlist", async () => {
    expect((await preflightOf(BACKUP)).watchlists).toEqual({ fact: "no", names: [] });
  });

  it("watchlists are those of the parent of the subject's actor", async () => {
    const victor = await preflightOf("victor.hale+lab@harborlight.example");
    expect(victor.watchlists).toEqual({ fact: "yes", names: ["Optics prototypes"] });
  });

  it("nor is a list in which a record can't be read", async () => {
    bench.simulator.control.setReadings({ recordWithoutId: true });
    expect((await preflightOf(DARIO)).legalHold).toEqual(UNKNOWN);
  });

  it("nor is an empty list of which Incydr counts more", async () => {
    const { incydr } = bench;
    const none = Object.assign([], { complete: false, skipped: [] });
    const short = {
      ...incydr,
      users: { ...incydr.users, getDevices: async () => ({ devices: [], totalCount: 3, skipped: 0 }) },
      agents: { getAgents: async () => none },
      legalHold: { mattersOf: async () => none },
      watchlists: { of: async () => none },
    };
    const preflight = createPreflight({ incydr: short, protectedUsernames: new Set() });
    expect(await preflight(await bench.user(NADIA))).toMatchObject({
      devices: UNKNOWN,
      agents: UNKNOWN,
      legalHold: UNKNOWN,
      watchlists: UNKNOWN,
    });
  });

  it("and a 404 of the roles alone doesn't mean that Incydr has no such user", async () => {
    const { userId } = bench.simulator.tenant.user(NADIA);
    bench.simulator.control.addFault({ kind: "status", status: 404, on: "GET /v1/users/*/roles" });
    const reader = createSubjectReader({ incydr: bench.incydr, protectedUsernames: new Set() });
    await expect(reader.state(userId)).rejects.toMatchObject({ code: "unexpected_answer" });
    await expect(reader.effect(userId)).rejects.toMatchObject({ code: "unexpected_answer" });
    await expect(preflightOf(NADIA)).rejects.toMatchObject({ code: "unexpected_answer" });
    await expect(reader.state("999999999999999999")).rejects.toMatchObject({ code: "not_found" });
  });
});

it("protects a user of the list whose name is written with other characters for the same letters", async () => {
  const preflight = createPreflight({
    incydr: bench.incydr,
    protectedUsernames: new Set(["p\u00e4r.\u00f6berg@harborlight.example"]),
  });
  const par = await bench.user("pär.öberg@harborlight.example");
  const decomposed = { ...par, username: "pa\u0308r.o\u0308berg@harborlight.example" };
  expect((await preflight(decomposed)).protected).toBe(true);
});
