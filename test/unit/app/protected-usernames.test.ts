import { expect, it } from "vitest";
import { createDomain, type DomainOptions } from "../../../src/app/create-domain.ts";
import { createPolicyEngine, loadPolicies } from "../../../src/authorization/index.ts";
import { loadConfig } from "../../../src/config/index.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import { somePerson } from "../../support/domain-objects.ts";
import { validEnvironment } from "../config/valid-environment.ts";
import { directoryOf, startIncydrBench } from "../subjects/incydr-bench.ts";

it("a user is protected whatever case the configuration writes their username in", async () => {
  await using bench = await startIncydrBench();
  const engine = createPolicyEngine(await loadPolicies("policies"));
  const { lookUps } = createDomain({
    config: loadConfig({ ...validEnvironment, PROTECTED_USERNAMES: "Nadia.Petrov@Harborlight.Example" }),
    clock: systemClock,
    policies: { engine },
    audience: { people: directoryOf(somePerson()) },
    incydr: { reader: bench.incydr },
    storage: { uow: { run: async () => {}, read: async () => engine.hash } },
    displays: {},
  } as unknown as DomainOptions); // a look-up needs nothing else
  const isProtected = async (username: string) => (await lookUps.subject("U0MAYA", username)).protected;
  expect(await isProtected("nadia.petrov@harborlight.example")).toBe(true);
  expect(await isProtected("sam.ortega@harborlight.example")).toBe(false);
});
