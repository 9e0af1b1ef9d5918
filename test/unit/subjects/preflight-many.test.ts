import { expect, test } from "vitest";
import type { IncydrReader, User } from "../../../src/incydr/index.ts";
import { createPreflightMany } from "../../../src/subjects/index.ts";

const incydr = {
  users: { listUserRoles: async () => [] },
  legalHold: { mattersOf: async () => [] },
} as unknown as IncydrReader; // nothing else is read
const user = (userId: string, active: boolean | null) => ({ userId, username: userId, active }) as User;
const preflightMany = createPreflightMany({ incydr, protectedUsernames: new Set() });

test("a user whose state Incydr doesn't say has a fault, and isn't taken for inactive", async () => {
  const read = await preflightMany([user("300000000000000001", null), user("300000000000000002", true)]);
  expect(read.get("300000000000000001")).toEqual({
    fault: { kind: "activity_unknown" },
  });
  expect(read.get("300000000000000002")).toMatchObject({ active: true });
});

test("facts that Incydr isn't asked for of many users are unknown for that reason", async () => {
  const read = await preflightMany([user("300000000000000002", true)]);
  const notAsked = { fact: "unknown", names: [], notAsked: true };
  expect(read.get("300000000000000002")).toMatchObject({
    devices: notAsked,
    agents: notAsked,
    watchlists: notAsked,
    legalHold: { fact: "no" },
  });
});

test("a user who is blocked is so among many, and one of whom Incydr doesn't say it is not", async () => {
  const [blocked, unsaid] = [user("300000000000000001", true), user("300000000000000002", true)];
  const read = await preflightMany([{ ...blocked, blocked: true }, unsaid]);
  expect([...read.values()]).toMatchObject([{ blocked: true }, { blocked: false }]);
});
