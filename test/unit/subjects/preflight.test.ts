import { describe, expect, it } from "vitest";
import type { IncydrReader, User } from "../../../src/incydr/index.ts";
import { createPreflight } from "../../../src/subjects/index.ts";
import { useIncydrBench } from "./incydr-bench.ts";
import { stubIncydr, USER_ID } from "./stub-incydr.ts";

const NADIA = "nadia.petrov@harborlight.example";
const DARIO = "dario.conti@harborlight.example";
const BEN = "ben.adeyemi@harborlight.example";
const BACKUP = "service.backup@harborlight.example";
const VICTOR = "victor.hale+lab@harborlight.example";
const UNKNOWN = { fact: "unknown", names: [] };

const bench = useIncydrBench();

async function preflightOf(username: string, protectedUsernames: readonly string[] = []) {
  const { incydr, user } = bench();
  return createPreflight({ incydr, protectedUsernames: new Set(protectedUsernames) })(await user(username));
}

/** The facts of a user whom a stub of Incydr answers about. */
function preflightFrom(incydr: IncydrReader, user: object = {}) {
  const preflight = createPreflight({ incydr, protectedUsernames: new Set() });
  return preflight({ userId: USER_ID, username: "nadia@example.com", active: true, ...user } as User); // nothing else is read
}

describe("the preflight", () => {
  it("reads account, organization, roles, devices, agents, legal hold and watchlists", async () => {
    const { tenant } = bench().simulator;
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
    expect((await preflightOf(VICTOR)).legalHold).toEqual({ fact: "no", names: [] });
  });

  it("names the watchlists of the parent of the subject's actor", async () => {
    expect((await preflightOf(VICTOR)).watchlists).toEqual({ fact: "yes", names: ["Optics prototypes"] });
  });

  it("shows an inactive and a blocked account as such", async () => {
    expect((await preflightOf("ivy.morton@harborlight.example")).active).toBe(false);
    expect((await preflightOf("rolf.brandt@harborlight.example")).blocked).toBe(true);
  });

  it("protects a Customer Cloud Admin", async () => {
    expect(await preflightOf(BEN)).toMatchObject({ protected: true, privileged: true });
  });

  it.each([
    ["with capitals", BACKUP, "Service.Backup@Harborlight.example"],
    ["with letters composed otherwise", "p\u00e4r@harborlight.example", "pa\u0308r@harborlight.example"],
  ])("protects a user of the list whose username is written %s", async (_how, listed, username) => {
    bench().simulator.control.edit.rename(BACKUP, username);
    expect((await preflightOf(username)).protected).toBe(false);
    expect((await preflightOf(username, [listed])).protected).toBe(true);
  });

  it("reads a service account without names, devices and an actor", async () => {
    expect(await preflightOf(BACKUP)).toMatchObject({
      displayName: BACKUP,
      devices: { fact: "no", names: [] },
      watchlists: { fact: "no", names: [] },
    });
  });

  it("asks only for agents and devices that still report, and waits at most five seconds for a fact", async () => {
    const { incydr, calls } = stubIncydr();
    await preflightFrom(incydr);
    const asked = new Map(calls.map(({ part, args }) => [part, args]));
    expect(asked.get("agents")?.[1]).toEqual({ active: true });
    expect(asked.get("devices")?.[1]).toMatchObject({ active: true });
    for (const part of ["devices", "agents", "matters", "actor", "watchlists"] as const) {
      const options = asked.get(part)?.at(-1) as { lane: string; deadlineMs: number };
      expect([part, options.lane]).toEqual([part, "interactive"]);
      // The deadline of a list holds for all its pages. This is the first page.
      expect(options.deadlineMs).toBeLessThanOrEqual(5_000);
    }
  });
});

describe("a fact is unknown, and never a no,", () => {
  const facts = [
    ["legalHold", "GET /v1/legal-hold/**"],
    ["devices", "GET /v1/users/*/devices"],
    ["agents", "GET /v1/agents"],
    ["watchlists", "GET /v2/watchlists"],
  ] as const;

  it.each([...facts, ["watchlists", "GET /v1/actors/**"]] as const)(
    "if Incydr doesn't permit its reading, and the others are known: %s by %s",
    async (fact, endpoint) => {
      bench().simulator.control.forbid(endpoint);
      const read = await preflightOf(NADIA);
      expect(facts.map(([name]) => name).filter((name) => read[name].fact === "unknown")).toEqual([fact]);
      expect(read[fact]).toEqual(UNKNOWN);
    },
  );

  const bodies = ["problem", "array", "html", "text", "empty"] as const;
  it.each(facts.flatMap(([fact, on]) => bodies.map((errorBody) => [fact, errorBody, on] as const)))(
    "if Incydr answers with a 404 about a user who exists: %s with the body “%s”",
    async (fact, errorBody, on) => {
      const { control } = bench().simulator;
      control.setReadings({ errorBody });
      control.addFault({ kind: "status", status: 404, on });
      expect((await preflightOf(DARIO))[fact]).toEqual(UNKNOWN);
    },
  );

  it("if Incydr answers each question about an actor with a 404", async () => {
    const { control } = bench().simulator;
    control.addFault({ kind: "status", status: 404, on: "GET /v1/actors/**", body: "problem" });
    expect((await preflightOf(NADIA)).watchlists).toEqual(UNKNOWN);
  });

  it.each(["html", "text", "empty"] as const)(
    "if the 404 of an actor is not Incydr's own: %s",
    async (errorBody) => {
      bench().simulator.control.setReadings({ errorBody });
      expect((await preflightOf(BACKUP)).watchlists).toEqual(UNKNOWN);
    },
  );

  it("if Incydr answers with a 404 about the legal hold of a user who never was a custodian", async () => {
    bench().simulator.control.setReadings({ neverCustodian: "not_found" });
    expect((await preflightOf(NADIA)).legalHold).toEqual(UNKNOWN);
  });

  it("if its list is empty, but may be incomplete", async () => {
    const none = Object.assign([], { complete: false, skipped: [] });
    const devices = { devices: [], totalCount: 3, skipped: 0 };
    const { incydr } = stubIncydr({ devices, agents: none, matters: none, watchlists: none });
    expect(await preflightFrom(incydr)).toMatchObject({
      devices: UNKNOWN,
      agents: UNKNOWN,
      legalHold: UNKNOWN,
      watchlists: UNKNOWN,
    });
  });

  it("if it is the watchlists of a user without a username, by which alone Incydr names actors", async () => {
    const { incydr, calls } = stubIncydr();
    expect((await preflightFrom(incydr, { username: null })).watchlists).toEqual(UNKNOWN);
    expect(calls.map(({ part }) => part)).not.toContain("actor");
  });
});

it("a user whose roles answer with a 404 is not said to be gone", async () => {
  bench().simulator.control.addFault({ kind: "status", status: 404, on: "GET /v1/users/*/roles" });
  await expect(preflightOf(NADIA)).rejects.toMatchObject({ code: "unexpected_answer" });
});
