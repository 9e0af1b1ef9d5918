import { expect, it } from "vitest";
import {
  IncydrError,
  type IncydrErrorCode,
  type IncydrReader,
  type User,
} from "../../../src/incydr/index.ts";
import { createPreflight, createPreflightMany } from "../../../src/subjects/index.ts";

const UNKNOWN = { fact: "unknown", names: [] };
const failure = (code: IncydrErrorCode) => new IncydrError(code, `It failed: ${code}.`, { sent: "yes" });

function someUser(patch: Partial<Record<keyof User, unknown>> = {}): User {
  return { userId: "300000000000000001", username: "nadia@example.com", active: true, ...patch } as User; // nothing else is read
}

/** An Incydr without any fact, but where `failing` fails; it notes the arguments of each call. */
function incydrWith(failing: Readonly<Record<string, IncydrErrorCode>> = {}) {
  const calls = new Map<string, readonly unknown[]>();
  const answering =
    (name: string, answer: unknown) =>
    async (...args: readonly unknown[]) => {
      calls.set(name, args);
      const code = failing[name];
      if (code) throw failure(code);
      return answer;
    };
  const incydr = {
    users: {
      listUserRoles: answering("roles", []),
      getDevices: answering("devices", { devices: [], totalCount: 0, skipped: 0 }),
    },
    agents: { getAgents: answering("agents", []) },
    legalHold: { mattersOf: answering("legal hold", []) },
    actors: { byName: answering("actor", { actorId: "7" }) },
    watchlists: { of: answering("watchlists", []) },
  } as unknown as IncydrReader; // nothing else is read
  return { incydr, calls };
}

const preflightWith = (incydr: IncydrReader) => createPreflight({ incydr, protectedUsernames: new Set() });

it("the watchlists of a user without a username are unknown: Incydr has no other name for their actor", async () => {
  const { incydr, calls } = incydrWith();
  expect((await preflightWith(incydr)(someUser({ username: null }))).watchlists).toEqual(UNKNOWN);
  expect(calls.has("actor")).toBe(false);
});

it.each(["forbidden", "unavailable", "ambiguous", "unexpected_answer", "timed_out"] as const)(
  "the watchlists are unknown where the actor can't be told: %s",
  async (code) => {
    const { incydr } = incydrWith({ actor: code });
    expect((await preflightWith(incydr)(someUser())).watchlists).toEqual(UNKNOWN);
  },
);

it("nobody who waits for a preflight waits for a fact longer than five seconds", async () => {
  const { incydr, calls } = incydrWith();
  await preflightWith(incydr)(someUser());
  for (const name of ["devices", "agents", "legal hold", "actor", "watchlists"]) {
    const options = calls.get(name)?.at(-1) as { lane: string; deadlineMs: number };
    expect([name, options.lane]).toEqual([name, "interactive"]);
    // The deadline of a list is for all its pages, of which this is the first.
    expect(options.deadlineMs).toBeLessThanOrEqual(5_000);
  }
});

it("agents and devices that report no more are not asked for", async () => {
  const { incydr, calls } = incydrWith();
  await preflightWith(incydr)(someUser());
  expect(calls.get("agents")?.[1]).toEqual({ active: true });
  expect(calls.get("devices")?.[1]).toMatchObject({ active: true });
});

it("a fact that isn't read of many users is unknown, not a no", async () => {
  const { incydr } = incydrWith();
  const preflightMany = createPreflightMany({ incydr, protectedUsernames: new Set() });
  const read = await preflightMany([someUser()]);
  expect(read.get("300000000000000001")).toMatchObject({
    devices: UNKNOWN,
    agents: UNKNOWN,
    watchlists: UNKNOWN,
    legalHold: { fact: "no", names: [] },
  });
});

it("of many users, a legal hold that can't be read is unknown", async () => {
  const { incydr } = incydrWith({ "legal hold": "unavailable" });
  const preflightMany = createPreflightMany({ incydr, protectedUsernames: new Set() });
  expect((await preflightMany([someUser()])).get("300000000000000001")).toMatchObject({ legalHold: UNKNOWN });
});

it("of many users, one whose roles answer with a 404 is not said to be gone", async () => {
  const { incydr } = incydrWith({ roles: "not_found" });
  const preflightMany = createPreflightMany({ incydr, protectedUsernames: new Set() });
  await expect(preflightMany([someUser()])).rejects.toMatchObject({ code: "unexpected_answer" });
});
