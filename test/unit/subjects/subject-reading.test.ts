import { describe, expect, it } from "vitest";
import {
  IncydrError,
  type IncydrErrorCode,
  type IncydrReader,
  type LegalHoldMatter,
  type UserRole,
} from "../../../src/incydr/index.ts";
import { createSubjectReader } from "../../../src/subjects/index.ts";

const ID = "300000000000000001";
const USER = { userId: ID, username: "nadia@example.com", active: true, blocked: false, orgGuid: "org-1" };
const failure = (code: IncydrErrorCode) => new IncydrError(code, `It failed: ${code}.`, { sent: "yes" });

/** An Incydr that answers as `parts` say, and notes the options of each call. */
function incydrWith(parts: {
  readonly user?: () => Promise<object>;
  readonly roles?: () => Promise<readonly Pick<UserRole, "roleName">[]>;
  readonly matters?: () => Promise<readonly Partial<LegalHoldMatter>[]>;
}) {
  const calls: [string, unknown][] = [];
  const noting =
    (name: string, answer: () => Promise<unknown>) =>
    async (...args: readonly unknown[]) => {
      calls.push([name, args.at(-1)]);
      return await answer();
    };
  const incydr = {
    users: {
      getUser: noting("user", parts.user ?? (async () => USER)),
      listUserRoles: noting("roles", parts.roles ?? (async () => [])),
    },
    legalHold: { mattersOf: noting("legal hold", parts.matters ?? (async () => [])) },
  } as unknown as IncydrReader; // nothing else is read
  return { incydr, calls };
}

function readerOf(parts: Parameters<typeof incydrWith>[0], protectedUsernames: readonly string[] = []) {
  const { incydr, calls } = incydrWith(parts);
  return { reader: createSubjectReader({ incydr, protectedUsernames: new Set(protectedUsernames) }), calls };
}

describe("legal hold before a write", () => {
  it.each(["unavailable", "timed_out", "rate_limited", "aborted", "unauthorized"] as const)(
    "is waited for where Incydr could tell it later: %s",
    async (code) => {
      const { reader } = readerOf({ matters: () => Promise.reject(failure(code)) });
      await expect(reader.state(ID)).rejects.toMatchObject({ code });
    },
  );

  it.each(["forbidden", "not_found", "invalid", "unexpected_answer"] as const)(
    "is unknown where Incydr won't tell it later either: %s",
    async (code) => {
      const { reader } = readerOf({ matters: () => Promise.reject(failure(code)) });
      expect((await reader.state(ID)).legalHold).toEqual({ fact: "unknown", names: [] });
    },
  );

  it("is unknown if Incydr doesn't say of one matter whether it holds the user, though another does not", async () => {
    const matters = async () => [{ name: "A", membershipActive: false }, { membershipActive: null }];
    expect((await readerOf({ matters }).reader.state(ID)).legalHold.fact).toBe("unknown");
  });
});

describe("the roles that decide over a change", () => {
  const roleOf = (roleId: string, roleName: string | null) => async () => [{ roleId, roleName }];

  it.each([
    ["by its id alone", roleOf("customer-cloud-admin", "The boss")],
    ["by its id, for want of a name", roleOf("customer-cloud-admin", null)],
    ["by its name alone", roleOf("r-17", "Customer Cloud Admin")],
  ])("protect a Customer Cloud Admin, known %s", async (_how, roles) => {
    expect(await readerOf({ roles }).reader.state(ID)).toMatchObject({ protected: true, privileged: true });
  });

  it.each([
    ["by its id alone", roleOf("org-admin", "Regional")],
    ["by its name alone", roleOf("r-18", "Org Admin")],
  ])("are privileged if one of them is, known %s", async (_how, roles) => {
    expect(await readerOf({ roles }).reader.state(ID)).toMatchObject({ protected: false, privileged: true });
  });

  it("protect and privilege nobody by a role that is only called alike", async () => {
    const roles = roleOf("org-admin-reader", "Org Admin Reader");
    expect(await readerOf({ roles }).reader.state(ID)).toMatchObject({ protected: false, privileged: false });
  });
});

describe("a reading for a change that is being carried out", () => {
  it("says that Incydr has no such user, even if the roles fail sooner and for another reason", async () => {
    const user = () => new Promise<object>((_, reject) => setImmediate(() => reject(failure("not_found"))));
    const roles = () => Promise.reject(failure("unavailable"));
    const { reader } = readerOf({ user, roles });
    await expect(reader.state(ID)).rejects.toMatchObject({ code: "not_found" });
    await expect(reader.effect(ID)).rejects.toMatchObject({ code: "not_found" });
  });

  it("takes nobody for inactive of whom Incydr doesn't say it", async () => {
    const { reader } = readerOf({ user: async () => ({ ...USER, active: null }) });
    await expect(reader.state(ID)).rejects.toMatchObject({ code: "unexpected_answer" });
    await expect(reader.effect(ID)).rejects.toMatchObject({ code: "unexpected_answer" });
  });

  it("takes a 404 of the roles for no proof that the user is gone", async () => {
    const { reader } = readerOf({ roles: () => Promise.reject(failure("not_found")) });
    await expect(reader.state(ID)).rejects.toMatchObject({ code: "unexpected_answer" });
    await expect(reader.effect(ID)).rejects.toMatchObject({ code: "unexpected_answer" });
  });

  it("makes each of its calls in the lane of the change, and within its deadline", async () => {
    const { reader, calls } = readerOf({});
    await reader.state(ID, { lane: "emergency", deadlineMs: 1000 });
    const options = { lane: "emergency", deadlineMs: 1000 };
    expect(calls).toEqual([
      ["user", options],
      ["roles", options],
      ["legal hold", options],
    ]);
    calls.length = 0;
    await reader.effect(ID, "bulk");
    expect(calls).toEqual([
      ["user", { lane: "bulk" }],
      ["roles", { lane: "bulk" }],
    ]);
    calls.length = 0;
    await reader.effect(ID);
    await reader.state(ID);
    expect(new Set(calls.map(([, each]) => JSON.stringify(each)))).toEqual(new Set(['{"lane":"change"}']));
  });
});
