import { describe, expect, it } from "vitest";
import type { Change, ChangeRequest, LaterChange } from "../../../../src/change-requests/index.ts";
import { standingAfter } from "../../../../src/change-requests/model/standing.ts";
import type { RoleRef } from "../../../../src/subjects/index.ts";
import { someFacts, someRequest, someTarget } from "../../../support/domain-objects.ts";

const [A, B, C]: [RoleRef, RoleRef, RoleRef] = [
  { id: "a", name: "A" },
  { id: "b", name: "B" },
  { id: "c", name: "C" },
];
const org = (guid: string) => ({ guid, name: guid });

function done(change: Change, held: readonly RoleRef[] = []): ChangeRequest {
  const facts = someFacts({ roles: [...held] });
  return someRequest({ state: "done", change, targets: [someTarget({ facts, state: "verified" })] });
}

function later(
  requestId: number,
  change: Change,
  held: readonly RoleRef[] = [],
  patch: Partial<Extract<LaterChange, { kind: "change" }>> = {},
): LaterChange {
  const target = {
    state: "verified",
    facts: someFacts({ roles: [...held] }),
    outstandingRoleIds: null,
  } as const;
  return { kind: "change", requestId, at: new Date(requestId), change, undoes: null, target, ...patch };
}

const ended = (requestId: number, role: RoleRef): LaterChange => ({
  kind: "grant_ended",
  requestId,
  at: new Date(requestId),
  role,
});

/** The request that reversed a change, and whether an undo would change anything. */
function standing(
  request: ChangeRequest,
  changes: readonly LaterChange[],
  notGivenBack: readonly RoleRef[] = [],
) {
  const { reversedBy, canBeUndone } = standingAfter(request, changes, notGivenBack);
  return [reversedBy?.requestId ?? null, canBeUndone];
}

describe("the standing of a change of the account or the organization", () => {
  it.each<[string, Change, Change[], [number | null, boolean]]>([
    ["a deactivation stands while no change followed", { kind: "deactivate" }, [], [null, true]],
    [
      "a deactivation is reversed by an activation",
      { kind: "deactivate" },
      [{ kind: "activate" }],
      [2, false],
    ],
    [
      "a deactivation stands after a change of roles",
      { kind: "deactivate" },
      [{ kind: "add_roles", roles: [A] }],
      [null, true],
    ],
    [
      "a deactivation stands again after another deactivation",
      { kind: "deactivate" },
      [{ kind: "activate" }, { kind: "deactivate" }],
      [null, true],
    ],
    [
      "an activation is reversed by a deactivation",
      { kind: "activate" },
      [{ kind: "deactivate" }],
      [2, false],
    ],
    [
      "a move is reversed by another move",
      { kind: "move", org: org("x") },
      [{ kind: "move", org: org("y") }],
      [2, false],
    ],
    [
      "a move stands after a move to the same GUID in any case",
      { kind: "move", org: org("x") },
      [{ kind: "move", org: org("X") }],
      [null, true],
    ],
    [
      "a move stands after an activation",
      { kind: "move", org: org("x") },
      [{ kind: "activate" }],
      [null, true],
    ],
  ])("%s", (_, change, changes, expected) => {
    expect(
      standing(
        done(change),
        changes.map((each, index) => later(index + 2, each)),
      ),
    ).toEqual(expected);
  });

  it.each([
    ["already", [2, false]],
    ["failed", [null, true]],
  ] as const)("a later activation whose target is %s leaves a deactivation so: %j", (state, expected) => {
    const target = { state, facts: someFacts(), outstandingRoleIds: null } as const;
    const activation = later(2, { kind: "activate" }, [], { target });
    expect(standing(done({ kind: "deactivate" }), [activation])).toEqual(expected);
  });
});

describe("the standing of a change of roles", () => {
  const added = done({ kind: "add_roles", roles: [A, B] });

  it("an addition is reversed in part by the removal of one role, and can still be undone", () => {
    expect(standing(added, [later(2, { kind: "remove_roles", roles: [A] }, [A, B])])).toEqual([2, true]);
  });

  it("an addition is reversed as a whole by removals of all roles, and can't be undone", () => {
    const taken = [
      later(2, { kind: "remove_roles", roles: [A] }, [A, B]),
      later(3, { kind: "replace_roles", roles: [C] }, [B]),
    ];
    expect(standing(added, taken)).toEqual([3, false]);
  });

  it("an addition stands again if its roles are given again", () => {
    const again = [
      later(2, { kind: "remove_roles", roles: [A, B] }, [A, B]),
      later(3, { kind: "add_roles", roles: [A, B] }),
    ];
    expect(standing(added, again)).toEqual([null, true]);
  });

  it("an addition is reversed by the end of a temporary role of any request", () => {
    expect(standing(added, [ended(1, A), ended(1, B)])).toEqual([1, false]);
    expect(standing(added, [ended(7, B)])).toEqual([7, true]);
  });

  it("an addition is reversed in part by an undo that failed in part", () => {
    const target = {
      state: "failed",
      facts: someFacts({ roles: [A, B] }),
      outstandingRoleIds: ["b"],
    } as const;
    const undo = later(2, { kind: "remove_roles", roles: [A, B] }, [], { target, undoes: 1 });
    expect(standing(added, [undo])).toEqual([2, true]);
  });

  it("a removal is reversed if a role is given again", () => {
    const removed = done({ kind: "remove_roles", roles: [A] }, [A, B]);
    expect(standing(removed, [later(2, { kind: "add_roles", roles: [A] }, [B])])).toEqual([2, false]);
  });

  it("a removal of only temporary roles can't be undone", () => {
    const removed = done({ kind: "remove_roles", roles: [A] }, [A, B]);
    expect(standing(removed, [], [A])).toEqual([null, false]);
    expect(standing(done({ kind: "remove_roles", roles: [A, B] }, [A, B]), [], [A])).toEqual([null, true]);
  });

  it("a replacement is reversed by any other role, and by the end of a role that it kept", () => {
    const replaced = done({ kind: "replace_roles", roles: [A] }, [A, B]);
    expect(standing(replaced, [later(2, { kind: "add_roles", roles: [C] }, [A])])).toEqual([2, true]);
    expect(standing(replaced, [ended(7, A)])).toEqual([7, true]);
  });

  it("a change that was made in part is reversed in that part alone", () => {
    const target = (outstandingRoleIds: string[]) =>
      someTarget({ facts: someFacts({ roles: [] }), state: "failed", outstandingRoleIds });
    const request = (outstanding: string[]) => ({ ...added, targets: [target(outstanding)] });
    const taken = [later(2, { kind: "remove_roles", roles: [A] }, [A])];
    expect(standing(request(["b"]), taken)).toEqual([2, false]);
    expect(standing(request(["a"]), taken)).toEqual([null, true]);
    expect(standing(request(["a", "b"]), taken)).toEqual([null, false]);
  });

  it("a change of roles is not reversed by a deactivation", () => {
    expect(standing(added, [later(2, { kind: "deactivate" }, [A, B])])).toEqual([null, true]);
  });
});
