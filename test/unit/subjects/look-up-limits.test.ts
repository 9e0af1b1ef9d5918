import { expect, it } from "vitest";
import type { Freshness, PeopleDirectory } from "../../../src/authorization/index.ts";
import { createPolicyEngine, loadPolicies, RECENT } from "../../../src/authorization/index.ts";
import { createList, type IncydrReader, isComplete, type Role } from "../../../src/incydr/index.ts";
import { createFindSubject, createLookUps, warningsOf } from "../../../src/subjects/index.ts";
import { someFacts, somePerson } from "../../support/domain-objects.ts";
import { someAuthorizer } from "../../support/stub-authorizer.ts";

it("a list of roles that may be incomplete is still one when it is shown by name", async () => {
  const role = (roleName: string) => ({ roleId: roleName, roleName }) as Role; // nothing else is read
  const skipped = [{ page: 1, count: 2 }];
  const listRoles = async () => createList([role("b"), role("a")], { complete: false, skipped });
  const incydr = { users: { listRoles } } as unknown as IncydrReader; // nothing else is read
  const lookUps = createLookUps({
    authorizer: someAuthorizer({
      engine: createPolicyEngine(await loadPolicies("policies")),
      directory: { person: async () => somePerson(), idsByEmail: async () => [] },
    }),
    findSubject: () => Promise.reject(new Error("nobody is looked up")),
    preflight: () => Promise.reject(new Error("nobody is looked up")),
    incydr,
    record: async () => undefined,
    clock: { now: () => new Date(0), sleep: async () => undefined },
  });
  const roles = await lookUps.roles("U0MAYA");
  expect(roles.map(({ roleName }) => roleName)).toEqual(["a", "b"]);
  expect(isComplete(roles)).toBe(false);
  expect(roles.skipped).toEqual(skipped);
});

it("a mentioned person's address is at most five minutes old, for it may have become another's", async () => {
  const asked: Freshness[] = [];
  const directory: PeopleDirectory = {
    person: async (_id, freshness) => {
      asked.push(freshness);
      return somePerson();
    },
    idsByEmail: async () => [],
  };
  const getPage = async () => ({
    users: [{ userId: "70001", username: somePerson().email }],
    totalCount: 1,
    skipped: 0,
  });
  const incydr = { users: { getPage } } as unknown as IncydrReader; // nothing else is read
  const user = await createFindSubject({ incydr, directory })("<@U0MAYA|maya>");
  expect(user.userId).toBe("70001");
  expect(asked).toEqual([RECENT]);
  expect(RECENT.maxAgeMs).toBe(300_000);
});

it.each([
  { id: "customer-cloud-admin", name: "The boss" },
  { id: "r-17", name: "Customer Cloud Admin" },
])("a warning says that the subject is a Customer Cloud Admin, known as %j", (role) => {
  const facts = someFacts({ protected: true, roles: [role] });
  const codes = warningsOf(facts, null, { concerned: [], given: false }).map(({ code }) => code);
  expect(codes).toEqual(["cloud_admin"]);
});
