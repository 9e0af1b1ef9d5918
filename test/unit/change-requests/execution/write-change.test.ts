import { describe, expect, it, vi } from "vitest";
import { writeChange } from "../../../../src/change-requests/execution/write-change.ts";
import type { Change } from "../../../../src/change-requests/model/change.ts";
import {
  type IncydrClient,
  IncydrError,
  type IncydrErrorCode,
  OutcomeUnknownError,
  parseRoleId,
  RoleFaultsError,
  RolesChangedError,
  RolesIgnoredError,
  type Sent,
} from "../../../../src/incydr/index.ts";
import { someFacts, someTarget } from "../../../support/domain-objects.ts";

const ROLES = [{ id: "alert-emails", name: "Alert Emails" }];
const target = someTarget();
const isFrozen = async () => false;

/** The users' API, of which every write does `work`. */
function usersThat(work: () => Promise<never> | Promise<object>) {
  const writes = {
    deactivate: vi.fn(work),
    activate: vi.fn(work),
    move: vi.fn(work),
    addRoles: vi.fn(work),
    removeRoles: vi.fn(work),
    updateRoles: vi.fn(work),
  };
  return { ...writes, users: writes as unknown as IncydrClient["users"] }; // only these are called
}

async function resultOf(error: unknown, change: Change = { kind: "deactivate" }) {
  return writeChange(usersThat(() => Promise.reject(error)).users, change, target, {
    deadlineMs: 20_000,
    isFrozen,
  });
}

describe("sending a write", () => {
  it.each(["deactivate", "activate"] as const)(
    "a write of %s is not repeated if its outcome is unknown",
    async (kind) => {
      const { users, ...writes } = usersThat(async () => ({ already: false }));
      expect(await writeChange(users, { kind }, target, { deadlineMs: 7_000, isFrozen })).toEqual({
        kind: "answered",
      });
      expect(writes[kind]).toHaveBeenCalledExactlyOnceWith(target.userId, {
        lane: "change",
        deadlineMs: 7_000,
        beforeWrite: expect.any(Function),
        repeatIfUnknown: false,
      });
    },
  );

  it("a move is not repeated if its outcome is unknown", async () => {
    const { users, move } = usersThat(async () => ({ already: false }));
    const change: Change = { kind: "move", org: { guid: "org-leavers", name: "Leavers" } };
    await writeChange(users, change, target, { deadlineMs: 7_000, isFrozen });
    expect(move).toHaveBeenCalledExactlyOnceWith(
      target.userId,
      "org-leavers",
      expect.objectContaining({ deadlineMs: 7_000, repeatIfUnknown: false }),
    );
  });

  it("the write of an emergency takes the lane before all others", async () => {
    const { users, deactivate } = usersThat(async () => ({ already: false }));
    const options = { lane: "emergency", deadlineMs: 7_000, isFrozen } as const;
    await writeChange(users, { kind: "deactivate" }, target, options);
    expect(deactivate).toHaveBeenCalledExactlyOnceWith(
      target.userId,
      expect.objectContaining({ lane: "emergency" }),
    );
  });

  it.each([
    ["add_roles", "addRoles"],
    ["remove_roles", "removeRoles"],
    ["replace_roles", "updateRoles"],
  ] as const)("a write of %s expects the roles that were approved", async (kind, method) => {
    const { users, ...writes } = usersThat(async () => ({}));
    expect(await writeChange(users, { kind, roles: ROLES }, target, { deadlineMs: 7_000, isFrozen })).toEqual(
      { kind: "answered" },
    );
    expect(writes[method]).toHaveBeenCalledExactlyOnceWith(target.userId, ["alert-emails"], {
      lane: "change",
      deadlineMs: 7_000,
      beforeWrite: expect.any(Function),
      expected: ["desktop-user", "proe-user"],
    });
  });
});

it.each([0, -1])("no write is sent with %i ms left to its deadline", async (deadlineMs) => {
  const { users, deactivate } = usersThat(async () => ({}));
  const result = await writeChange(users, { kind: "deactivate" }, target, { deadlineMs, isFrozen });
  expect(result).toMatchObject({ kind: "without_effect", because: "down" });
  expect(deactivate).not.toHaveBeenCalled();
});

describe("the error of a write", () => {
  const unsent = ["unavailable", "timed_out", "aborted", "outcome_unknown", "unexpected_answer"] as const;

  it.each(["legal_hold", "forbidden", "not_found", "invalid", "conflict", "ambiguous"] as const)(
    "the error %s is a refusal",
    async (code) => {
      const explanation = `it is ${code}`;
      const isOutage = code === "forbidden";
      expect(await resultOf(errorOf(code, "yes"))).toEqual({ kind: "refused", explanation, isOutage });
    },
  );

  it.each(["unauthorized", "rate_limited"] as const)("the error %s means no effect", async (code) => {
    expect(await resultOf(errorOf(code, "yes"))).toEqual({
      kind: "without_effect",
      explanation: `it is ${code}`,
      because: "down",
    });
  });

  it.each(unsent)("the error %s means no effect if the request was not sent", async (code) => {
    expect(await resultOf(errorOf(code, "no"))).toMatchObject({ kind: "without_effect", because: "down" });
  });

  it.each(
    unsent
      .flatMap((code) => [[code, "unknown"] as const, [code, "yes"] as const])
      .filter(([code, sent]) => !(code === "outcome_unknown" && sent === "yes")),
  )("the error %s means an unknown outcome if the request was sent: %s", async (code, sent) => {
    expect(await resultOf(errorOf(code, sent))).toEqual({ kind: "unknown", explanation: `it is ${code}` });
  });

  it("the error outcome_unknown of an answered request leaves the outcome to be read", async () => {
    const answered = await resultOf(errorOf("outcome_unknown", "yes"));
    expect(answered).toEqual({ kind: "partly", explanation: "it is outcome_unknown", leftOut: [] });
  });

  it("the class of an unknown outcome means an unknown outcome", async () => {
    const error = new OutcomeUnknownError("no answer", { sent: "unknown" });
    expect(await resultOf(error)).toEqual({ kind: "unknown", explanation: "no answer" });
  });

  it("the errors about roles mean a role left out, a changed subject, or a refusal", async () => {
    const change: Change = { kind: "add_roles", roles: ROLES };
    const ignored = new RolesIgnoredError("left out", [{ roleId: parseRoleId("a"), roleName: null }], {
      sent: "yes",
    });
    expect(await resultOf(ignored, change)).toEqual({
      kind: "partly",
      explanation: "left out",
      leftOut: ["a"],
    });
    const changed = new RolesChangedError("changed", [parseRoleId("a")], []);
    expect(await resultOf(changed, change)).toEqual({
      kind: "without_effect",
      explanation: "changed",
      because: "changed",
    });
    const faults = new RoleFaultsError("can't be used", []);
    const refused = { kind: "refused", explanation: "can't be used", isOutage: false };
    expect(await resultOf(faults, change)).toEqual(refused);
  });

  it("an organization that Incydr no longer has is a refusal in plain words", async () => {
    const move: Change = { kind: "move", org: { guid: "org-sales", name: "Sales" } };
    const serverWords = "Organization was not found";
    for (const code of ["invalid", "not_found"] as const)
      expect(await resultOf(new IncydrError(code, "400", { sent: "yes", serverWords }), move)).toEqual({
        kind: "refused",
        explanation: "Incydr no longer has the organization “Sales”.",
        isOutage: false,
      });
    expect(await resultOf(errorOf("not_found", "yes"), move)).toMatchObject({
      explanation: "it is not_found",
    });
  });

  it("an error that is not of Incydr's client is thrown", async () => {
    await expect(resultOf(new TypeError("a bug"))).rejects.toThrow("a bug");
  });
});

it("no write is sent for an id that is not a user id", async () => {
  const { users, deactivate } = usersThat(async () => ({}));
  const forged = someTarget({ facts: someFacts({ userId: "../roles" }) });
  await expect(
    writeChange(users, { kind: "deactivate" }, forged, { deadlineMs: 1, isFrozen }),
  ).rejects.toThrow("is not a user id");
  expect(deactivate).not.toHaveBeenCalled();
});

function errorOf(code: IncydrErrorCode, sent: Sent): IncydrError {
  return new IncydrError(code, `it is ${code}`, { sent });
}
