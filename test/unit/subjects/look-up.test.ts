import { afterEach, expect, it } from "vitest";
import type { AuditEvent } from "../../../src/audit/index.ts";
import { createList, type IncydrReader, isComplete, type Role } from "../../../src/incydr/index.ts";
import {
  createFindSubject,
  createLookUps,
  createPreflight,
  createReadSubject,
} from "../../../src/subjects/index.ts";
import { somePerson } from "../../support/domain-objects.ts";
import { shippedEngine } from "../../support/shipped-policies.ts";
import { someAuthorizer } from "../../support/stub-authorizer.ts";
import { directoryOf, useIncydrBench } from "./incydr-bench.ts";

const NADIA = "nadia.petrov@harborlight.example";
const AT = new Date("2026-11-01T09:00:00Z");
const MAYA = { slackUserId: "U0MAYA", email: "maya.lindqvist@harborlight.example" };
const policyHash = shippedEngine.hash;

const recorded: AuditEvent[] = [];
const forbidden: string[] = [];
afterEach(() => {
  recorded.length = 0;
  forbidden.length = 0;
});

const bench = useIncydrBench();

function lookUps({
  incydr = bench().incydr,
  record = async (event: AuditEvent) => void recorded.push(event),
} = {}) {
  const sam = somePerson({ slackUserId: "U0SAM", email: "sam.ortega@harborlight.example", groups: [] });
  const directory = directoryOf(somePerson(), sam);
  const findSubject = createFindSubject({ incydr, directory });
  return createLookUps({
    authorizer: someAuthorizer({
      engine: shippedEngine,
      directory,
      recordForbidden: async ({ slackUserId, action }) => void forbidden.push(`${slackUserId} ${action}`),
    }),
    findSubject,
    readSubject: createReadSubject({
      incydr,
      findSubject,
      preflight: createPreflight({ incydr, protectedUsernames: new Set() }),
    }),
    incydr,
    record,
    clock: { now: () => AT, sleep: async () => {} },
  });
}

it("a look-up is audited with the user, and with the text that was typed", async () => {
  expect((await lookUps().subject("U0MAYA", NADIA.toUpperCase())).username).toBe(NADIA);
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

it("a look-up that finds no user is audited", async () => {
  await expect(lookUps().subject("U0MAYA", "nobody")).rejects.toMatchObject({ code: "subject_not_found" });
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

it("a look-up that Incydr refuses is audited", async () => {
  bench().simulator.control.forbid("GET /v1/users");
  await expect(lookUps().subject("U0MAYA", NADIA)).rejects.toMatchObject({ code: "forbidden" });
  expect(recorded).toMatchObject([{ kind: "attempt.rejected", details: { fault: "forbidden" } }]);
});

it("a look-up that can't be audited has no answer", async () => {
  const unaudited = lookUps({ record: () => Promise.reject(new Error("The database is away.")) });
  await expect(unaudited.subject("U0MAYA", NADIA)).rejects.toThrow("The database is away.");
  await expect(unaudited.roles("U0MAYA")).rejects.toThrow("The database is away.");
});

it("a look-up that the policies forbid reads nothing of Incydr", async () => {
  await expect(lookUps().subject("U0SAM", NADIA)).rejects.toMatchObject({ code: "forbidden" });
  await expect(lookUps().roles("U0SAM")).rejects.toMatchObject({ code: "forbidden" });
  expect(forbidden).toEqual(["U0SAM lookup", "U0SAM list"]);
  expect(bench().simulator.requestLog()).toEqual([]);
  expect(recorded).toEqual([]);
});

it("the roles that can be assigned are listed by name, and their number is audited", async () => {
  const roles = await lookUps().roles("U0MAYA");
  const { tenant } = bench().simulator;
  const names = tenant.roles
    .filter(({ roleId }) => tenant.isAssignable(roleId))
    .map(({ roleName }) => roleName);
  expect(roles.map(({ roleName }) => roleName)).toEqual(names.toSorted());
  expect(recorded).toMatchObject([{ kind: "roles.listed", actor: MAYA, details: { count: names.length } }]);
});

it("a list of roles that may be incomplete still is when it is sorted by name", async () => {
  const role = (roleName: string) => ({ roleId: roleName, roleName }) as Role; // nothing else is read
  const skipped = [{ page: 1, count: 2 }];
  const listRoles = async () => createList([role("b"), role("a")], { complete: false, skipped });
  const incydr = { users: { listRoles } } as unknown as IncydrReader; // nothing else is called
  const roles = await lookUps({ incydr }).roles("U0MAYA");
  expect(roles.map(({ roleName }) => roleName)).toEqual(["a", "b"]);
  expect([isComplete(roles), roles.skipped]).toEqual([false, skipped]);
});
