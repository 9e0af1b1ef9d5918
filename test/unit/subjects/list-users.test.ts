import { expect, it } from "vitest";
import type { AuditEvent } from "../../../src/audit/index.ts";
import { createUserList, type TenantDirectory } from "../../../src/subjects/index.ts";
import { somePerson } from "../../support/domain-objects.ts";
import { engineWith, shippedEngine } from "../../support/shipped-policies.ts";
import { someAuthorizer } from "../../support/stub-authorizer.ts";
import { directoryOf } from "./incydr-bench.ts";

const IVY = { userId: "4711", username: "ivy.tan@x.example", displayName: "Ivy Tan" };
const NO_LISTS = engineWith(`@id("no-lists") @reason("No lists.")
forbid (principal, action == Incydr::Action::"list", resource);`);

function setUp(engine = shippedEngine) {
  const audited: AuditEvent[] = [];
  const people = directoryOf(somePerson());
  const record = async (event: AuditEvent) => void audited.push(event);
  const directory = {
    users: async () => ({ users: [IVY], total: 1, mayMatch: 0, offset: 0 }),
    age: async () => ({}),
  } as unknown as TenantDirectory; // nothing else of it is read
  const list = createUserList({
    ...{ authorizer: someAuthorizer({ engine, directory: people }), people, directory, record },
    clock: { now: () => new Date("2026-11-01T09:00:00Z") },
  });
  return { audited, similar: () => list.similar("U0MAYA", "ivy") };
}

it("the users whom a mistyped name may mean are audited as a list", async () => {
  const { audited, similar } = setUp();
  expect(await similar()).toEqual([IVY]);
  expect(audited).toMatchObject([{ kind: "users.listed", details: { asked: "ivy", count: 1 } }]);
});

it("a person who may not list is offered nobody, and a mistyped name is no forbidden attempt", async () => {
  const { audited, similar } = setUp(NO_LISTS);
  expect(await similar()).toEqual([]);
  expect(audited).toEqual([]);
});
