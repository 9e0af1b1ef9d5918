import { expect, it } from "vitest";
import type { IncydrReader } from "../../../src/incydr/index.ts";
import { createFindSubject, createPreflight, createReadSubject } from "../../../src/subjects/index.ts";
import { somePerson } from "../../support/domain-objects.ts";
import { directoryOf, useIncydrBench } from "./incydr-bench.ts";

const NADIA = "nadia.petrov@harborlight.example";
const BY_NAME = "/v1/actors/actor/name/{name}/parent";

const bench = useIncydrBench();

async function read(who: string) {
  const { incydr, simulator } = bench();
  const nadia = somePerson({ slackUserId: "U0NADIA", email: NADIA });
  const readSubject = createReadSubject({
    incydr,
    findSubject: createFindSubject({ incydr, directory: directoryOf(nadia) }),
    preflight: createPreflight({ incydr, protectedUsernames: new Set() }),
  });
  simulator.control.clearLogs();
  const facts = await readSubject(who);
  return { facts, routes: simulator.requestLog().map(({ route }) => route) };
}

it.each([NADIA, "<@U0NADIA>"])("the actor of %s is looked up once, beside the user", async (who) => {
  const { simulator } = bench();
  await read(NADIA);
  const users = simulator.control.hold("GET /v1/users");
  const actors = simulator.control.hold("GET /v1/actors/**");
  const reading = read(who);
  await Promise.all([users.arrived, actors.arrived]);
  users.release();
  actors.release();
  const { facts, routes } = await reading;
  expect(facts.watchlists).toMatchObject({ fact: "yes", names: ["Departing employees"] });
  expect(routes.filter((route) => route === BY_NAME)).toHaveLength(1);
});

it("watchlists are those of the username in Incydr if the typed one has other capitals", async () => {
  const { facts, routes } = await read(NADIA.toUpperCase());
  expect(facts.watchlists).toMatchObject({ fact: "yes", names: ["Departing employees"] });
  expect(routes.filter((route) => route === BY_NAME).length).toBeGreaterThan(1);
});

it("a user who is named by an id is found first", async () => {
  const { facts, routes } = await read(bench().simulator.tenant.user(NADIA).userId);
  expect(facts.watchlists.fact).toBe("yes");
  expect(routes.filter((route) => route === BY_NAME)).toHaveLength(1);
  expect(routes[0]).toBe("/v1/users/{userId}");
});

it("watchlists stay unknown if the actor can't be looked up, and the other facts are read", async () => {
  bench().simulator.control.forbid("GET /v1/actors/**");
  const { facts } = await read(NADIA);
  expect(facts.watchlists.fact).toBe("unknown");
  expect(facts.username).toBe(NADIA);
});

it("the look-up of the actor ends if there is no such user", async () => {
  const { incydr } = bench();
  const signals: (AbortSignal | undefined)[] = [];
  const byName: IncydrReader["actors"]["byName"] = (_name, options) => {
    signals.push(options?.signal);
    return Promise.withResolvers<never>().promise;
  };
  const readSubject = createReadSubject({
    incydr: { ...incydr, actors: { byName } },
    findSubject: createFindSubject({ incydr, directory: directoryOf() }),
    preflight: createPreflight({ incydr, protectedUsernames: new Set() }),
  });
  await expect(readSubject("no.such.person@harborlight.example")).rejects.toMatchObject({
    code: "subject_not_found",
  });
  expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
});
