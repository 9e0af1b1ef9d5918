import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { AuditEvent } from "../../../src/audit/index.ts";
import { createPolicyEngine, loadPolicies } from "../../../src/authorization/index.ts";
import {
  createFindSubject,
  createLookUps,
  createPreflight,
  type LookUps,
} from "../../../src/subjects/index.ts";
import { somePerson } from "../../support/domain-objects.ts";
import { someAuthorizer } from "../../support/stub-authorizer.ts";
import { directoryOf, type IncydrBench, startIncydrBench } from "./incydr-bench.ts";

const NADIA = "nadia.petrov@harborlight.example";
const AT = new Date("2026-11-01T09:00:00Z");
const MAYA = { slackUserId: "U0MAYA", email: "maya.lindqvist@harborlight.example" };

let bench: IncydrBench;
let lookUps: LookUps;
let policyHash: string;
const recorded: AuditEvent[] = [];
const forbidden: string[] = [];
beforeAll(async () => {
  bench = await startIncydrBench();
  const { incydr } = bench;
  const sam = somePerson({ slackUserId: "U0SAM", email: "sam.ortega@harborlight.example", groups: [] });
  const directory = directoryOf(somePerson(), sam);
  const engine = createPolicyEngine(await loadPolicies("policies"));
  policyHash = engine.hash;
  lookUps = createLookUps({
    authorizer: someAuthorizer({
      engine,
      directory,
      recordForbidden: async ({ slackUserId, action }) => void forbidden.push(`${slackUserId} ${action}`),
    }),
    findSubject: createFindSubject({ incydr, directory }),
    preflight: createPreflight({ incydr, protectedUsernames: new Set() }),
    incydr,
    record: async (event) => void recorded.push(event),
    clock: { now: () => AT, sleep: async () => {} },
  });
});
afterEach(() => {
  recorded.length = 0;
  forbidden.length = 0;
  bench.simulator.control.reset();
});
afterAll(() => bench[Symbol.asyncDispose]());

it("audits whom somebody looked up, by what they typed", async () => {
  expect((await lookUps.subject("U0MAYA", NADIA.toUpperCase())).username).toBe(NADIA);
  expect(recorded).toEqual([
    {
      kind: "subject.looked_up",
      at: AT,
      actor: MAYA,
      requestId: null,
      subject: NADIA,
      policyHash,
      details: { asked: NADIA.toUpperCase() },
    },
  ]);
});

it("audits a look-up that found nobody", async () => {
  await expect(lookUps.subject("U0MAYA", "nobody")).rejects.toMatchObject({ code: "subject_not_found" });
  expect(recorded).toMatchObject([
    {
      kind: "attempt.rejected",
      actor: MAYA,
      subject: null,
      policyHash,
      details: {
        ...{ action: "lookup", asked: "nobody", fault: "subject_not_found" },
        message: expect.stringContaining("nobody"),
      },
    },
  ]);
});

it("audits a look-up that Incydr did not answer", async () => {
  bench.simulator.control.forbid("GET /v1/users");
  await expect(lookUps.subject("U0MAYA", NADIA)).rejects.toMatchObject({ code: "forbidden" });
  expect(recorded).toMatchObject([{ kind: "attempt.rejected", details: { fault: "forbidden" } }]);
});

it("answers nothing that could not be audited", async () => {
  const { incydr } = bench;
  const directory = directoryOf(somePerson());
  const engine = createPolicyEngine(await loadPolicies("policies"));
  const unaudited = createLookUps({
    authorizer: someAuthorizer({ engine, directory }),
    findSubject: createFindSubject({ incydr, directory }),
    preflight: createPreflight({ incydr, protectedUsernames: new Set() }),
    incydr,
    record: () => Promise.reject(new Error("The database is away.")),
    clock: { now: () => AT, sleep: async () => {} },
  });
  await expect(unaudited.subject("U0MAYA", NADIA)).rejects.toThrow("The database is away.");
  await expect(unaudited.roles("U0MAYA")).rejects.toThrow("The database is away.");
});

it("reads nothing of Incydr for somebody whom the policy forbids it", async () => {
  await expect(lookUps.subject("U0SAM", NADIA)).rejects.toMatchObject({ code: "forbidden" });
  await expect(lookUps.roles("U0SAM")).rejects.toMatchObject({ code: "forbidden" });
  expect(forbidden).toEqual(["U0SAM lookup", "U0SAM list"]);
  expect(bench.simulator.requestLog()).toEqual([]);
  expect(recorded).toEqual([]);
});

it("lists the roles that can be assigned by name, and audits how many", async () => {
  const roles = await lookUps.roles("U0MAYA");
  const { tenant } = bench.simulator;
  const names = tenant.roles
    .filter(({ roleId }) => tenant.isAssignable(roleId))
    .map(({ roleName }) => roleName);
  expect(roles.map(({ roleName }) => roleName)).toEqual(names.toSorted());
  expect(recorded).toMatchObject([{ kind: "roles.listed", actor: MAYA, details: { count: names.length } }]);
});
