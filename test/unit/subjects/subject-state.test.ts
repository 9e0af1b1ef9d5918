import { describe, expect, it } from "vitest";
import { createSubjectReader, type SubjectReader } from "../../../src/subjects/index.ts";
import { useIncydrBench } from "./incydr-bench.ts";
import { failure, stubIncydr, USER_ID } from "./stub-incydr.ts";

const NADIA = "nadia.petrov@harborlight.example";
const bench = useIncydrBench();

function readerOf(answers: Parameters<typeof stubIncydr>[0] = {}) {
  const { incydr, calls } = stubIncydr(answers);
  return { reader: createSubjectReader({ incydr, protectedUsernames: new Set() }), calls };
}

it("account, roles, legal hold and protection are read anew before the write", async () => {
  const { simulator, incydr } = bench();
  const { userId } = simulator.tenant.user(NADIA);
  simulator.control.edit.addLegalHold(NADIA);
  simulator.control.edit.setActive(NADIA, false);
  const reader = createSubjectReader({ incydr, protectedUsernames: new Set([NADIA]) });
  const roles = [
    { id: "desktop-user", name: "Desktop User" },
    { id: "proe-user", name: "PROe User" },
  ];
  expect(await reader.state(userId)).toMatchObject({
    userId,
    username: NADIA,
    active: false,
    roles,
    legalHold: { fact: "yes", names: ["Meridian litigation"] },
    protected: true,
  });
  expect(await reader.effect(userId)).toMatchObject({ active: false, roles });
});

it("a text that isn't an id is refused", async () => {
  await expect(readerOf().reader.state("../roles")).rejects.toMatchObject({ code: "invalid" });
});

describe("legal hold before a write", () => {
  it.each(["unavailable", "timed_out", "rate_limited", "aborted", "unauthorized"] as const)(
    "is waited for if Incydr may tell it later: %s",
    async (code) => {
      const { reader } = readerOf({ matters: failure(code) });
      await expect(reader.state(USER_ID)).rejects.toMatchObject({ code });
    },
  );

  it.each(["forbidden", "not_found", "invalid", "unexpected_answer"] as const)(
    "is unknown if Incydr won't tell it later either: %s",
    async (code) => {
      const { reader } = readerOf({ matters: failure(code) });
      expect((await reader.state(USER_ID)).legalHold).toEqual({ fact: "unknown", names: [] });
    },
  );

  it("is unknown if Incydr doesn't say whether one matter is active, though another is not", async () => {
    const matters = [{ name: "A", membershipActive: false }, { membershipActive: null }];
    expect((await readerOf({ matters }).reader.state(USER_ID)).legalHold.fact).toBe("unknown");
  });
});

it.each([
  ["with a Customer Cloud Admin's id is protected", "customer-cloud-admin", "The boss", [true, true]],
  ["with a Customer Cloud Admin's id and no name is protected", "customer-cloud-admin", null, [true, true]],
  ["with a Customer Cloud Admin's name is protected", "r-17", "Customer Cloud Admin", [true, true]],
  ["with the id of a privileged role is privileged", "org-admin", "Regional", [false, true]],
  ["with the name of a privileged role is privileged", "r-18", "Org Admin", [false, true]],
  ["with a similar role is neither", "org-admin-reader", "Org Admin Reader", [false, false]],
] as const)("a subject %s", async (_title, roleId, roleName, expected) => {
  const state = await readerOf({ roles: [{ roleId, roleName }] }).reader.state(USER_ID);
  expect([state.protected, state.privileged]).toEqual(expected);
});

it("a reading says that Incydr has no such user, even if the roles fail sooner for another reason", async () => {
  const user = () => new Promise((_, reject) => setImmediate(() => reject(failure("not_found"))));
  const { reader } = readerOf({ user, roles: failure("unavailable") });
  await expect(reader.state(USER_ID)).rejects.toMatchObject({ code: "not_found" });
  await expect(reader.effect(USER_ID)).rejects.toMatchObject({ code: "not_found" });
});

it("a reading fails if Incydr doesn't say whether the user is active", async () => {
  const { reader } = readerOf({ user: { userId: USER_ID, active: null } });
  await expect(reader.state(USER_ID)).rejects.toMatchObject({ code: "unexpected_answer" });
  await expect(reader.effect(USER_ID)).rejects.toMatchObject({ code: "unexpected_answer" });
});

it("a 404 of the roles alone doesn't mean that Incydr has no such user", async () => {
  const { reader } = readerOf({ roles: failure("not_found") });
  await expect(reader.state(USER_ID)).rejects.toMatchObject({ code: "unexpected_answer" });
  await expect(reader.effect(USER_ID)).rejects.toMatchObject({ code: "unexpected_answer" });
});

it("each call of a reading has the lane and the deadline of the change", async () => {
  const optionsOf = async (read: (reader: SubjectReader) => Promise<unknown>) => {
    const { reader, calls } = readerOf();
    await read(reader);
    return calls.map(({ args }) => args.at(-1));
  };
  const emergency = { lane: "emergency", deadlineMs: 1000 } as const;
  const [bulk, change] = [{ lane: "bulk" }, { lane: "change" }];
  const state = await optionsOf((reader) => reader.state(USER_ID, emergency));
  expect(state).toEqual([emergency, emergency, emergency]);
  expect(await optionsOf((reader) => reader.effect(USER_ID, "bulk"))).toEqual([bulk, bulk]);
  expect(await optionsOf((reader) => reader.effect(USER_ID))).toEqual([change, change]);
  expect(await optionsOf((reader) => reader.state(USER_ID))).toEqual([change, change, change]);
});
