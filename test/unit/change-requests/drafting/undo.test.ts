import { describe, expect, it } from "vitest";
import { subjectToUndo, undoOf } from "../../../../src/change-requests/drafting/undo.ts";
import type { ChangeRequest, NothingToUndo, Target } from "../../../../src/change-requests/index.ts";
import { snapshotOf } from "../../../../src/change-requests/model/snapshot.ts";
import { isUndoable } from "../../../../src/change-requests/model/standing.ts";
import { someFacts, someRequest, someTarget } from "../../../support/domain-objects.ts";

const [DESKTOP, PROE, ALERTS, CASES] = ["Desktop User", "PROe User", "Alert Emails", "Cases"].map((name) => ({
  id: name.toLowerCase().replace(" ", "-"),
  name,
})) as [Role, Role, Role, Role]; // four names
type Role = { id: string; name: string };
const NOTHING = { roles: [], orgs: [], wereTemporary: [] };
const research = { guid: "org-research", name: "Research", parent: null, active: true };

const NO_LONGER_SHOWN: NothingToUndo = {
  ...{ why: "no_longer_shown", requestId: 1, username: someFacts().username },
};

/** The error that says why nothing can be undone. */
function because(data: NothingToUndo): unknown {
  return expect.objectContaining({ code: "nothing_to_undo", data });
}

/** A finished request about Nadia, who held Desktop User and PROe User before. */
function done(change: ChangeRequest["change"], patch: Partial<Target> = {}): ChangeRequest {
  const snapshot = snapshotOf(change.kind, someFacts());
  return someRequest({
    state: "done",
    change,
    targets: [someTarget({ state: "verified", snapshot, ...patch })],
  });
}

describe("only what changed something can be undone", () => {
  it.each(["already", "refused", "skipped", "stale", "unknown", "failed"] as const)("not %s", (state) => {
    expect(isUndoable(done({ kind: "deactivate" }, { state }))).toBe(false);
    expect(() => undoOf(done({ kind: "deactivate" }, { state }), someFacts(), NOTHING)).toThrow(
      because({ why: "changed_nothing", requestId: 1 }),
    );
  });

  it("not a change of roles of which nothing, or nobody knows what, was done", () => {
    const change = { kind: "add_roles", roles: [ALERTS] } as const;
    expect(isUndoable(done(change, { state: "failed", outstandingRoleIds: [ALERTS.id] }))).toBe(false);
    expect(isUndoable(done(change, { state: "failed", outstandingRoleIds: null }))).toBe(false);
  });

  it("not a bulk, whose reverse is a bulk of its own", () => {
    const target = someTarget({ state: "verified" });
    const bulk = someRequest({ state: "done", targets: [target, { ...target, position: 1 }] });
    expect(isUndoable(bulk)).toBe(false);
    expect(() => subjectToUndo(bulk)).toThrow(because({ why: "bulk", requestId: 1 }));
  });
});

it("a deactivation is undone by an activation, which says what it doesn't bring back", () => {
  const watchlists = { fact: "yes", names: ["Departing employees"] } as const;
  const request = done({ kind: "deactivate" }, { facts: someFacts({ watchlists }) });
  expect(undoOf(request, someFacts({ active: false, roles: [DESKTOP] }), NOTHING)).toEqual({
    change: { kind: "activate" },
    notRestored: [
      { code: "monitoring_gap" },
      { code: "devices_and_archives" },
      { code: "watchlists", watchlists: ["Departing employees"] },
      { code: "roles_changed_since", roles: [PROE] },
    ],
  });
});

it("an activation is undone by a deactivation, and neither when it no longer shows", () => {
  expect(undoOf(done({ kind: "activate" }), someFacts(), NOTHING).change).toEqual({ kind: "deactivate" });
  expect(() => undoOf(done({ kind: "activate" }), someFacts({ active: false }), NOTHING)).toThrow(
    because(NO_LONGER_SHOWN),
  );
});

describe("a move", () => {
  const request = done({ kind: "move", org: { guid: "org-sales", name: "Sales" } });
  const now = someFacts({ orgGuid: "org-sales", orgName: "Sales" });

  it("is undone by a move back, while the former organization is there and active", () => {
    expect(undoOf(request, now, { ...NOTHING, orgs: [research] })).toEqual({
      change: { kind: "move", org: { guid: "org-research", name: "Research" } },
      notRestored: [{ code: "backup_destinations" }],
    });
    for (const orgs of [[], [{ ...research, active: false }]])
      expect(() => undoOf(request, now, { ...NOTHING, orgs })).toThrow(
        because({ why: "org_gone", org: "Research" }),
      );
  });

  it("is not undone once the user has been moved again", () => {
    expect(() => undoOf(request, someFacts({ orgGuid: "org-legal" }), NOTHING)).toThrow(
      because(NO_LONGER_SHOWN),
    );
  });
});

describe("a change of roles", () => {
  it("that gave some is undone by taking those, and not those held before", () => {
    const request = done({ kind: "add_roles", roles: [ALERTS, PROE] });
    expect(undoOf(request, someFacts({ roles: [DESKTOP, PROE, ALERTS] }), NOTHING)).toEqual({
      change: { kind: "remove_roles", roles: [ALERTS] },
      notRestored: [],
    });
  });

  it("that took some is undone by giving those that may be given, and says which may not", () => {
    const request = done({ kind: "remove_roles", roles: [DESKTOP, PROE] });
    const now = someFacts({ roles: [] });
    expect(undoOf(request, now, { ...NOTHING, roles: [PROE] })).toEqual({
      change: { kind: "add_roles", roles: [PROE] },
      notRestored: [{ code: "roles_not_assignable", roles: [DESKTOP] }],
    });
    expect(() => undoOf(request, now, NOTHING)).toThrow(
      because({ why: "roles_not_assignable", roles: ["Desktop User", "PROe User"] }),
    );
  });

  it("that replaced them is undone by replacing them, leaving alone what was given since", () => {
    const request = done({ kind: "replace_roles", roles: [DESKTOP, ALERTS] });
    const now = someFacts({ roles: [DESKTOP, ALERTS, CASES] });
    expect(undoOf(request, now, { ...NOTHING, roles: [PROE] }).change).toEqual({
      kind: "replace_roles",
      roles: [DESKTOP, CASES, PROE],
    });
  });

  it("that took temporary roles is undone without it, and says so", () => {
    const request = done({ kind: "remove_roles", roles: [DESKTOP, PROE] });
    const available = { roles: [DESKTOP, PROE], orgs: [], wereTemporary: [PROE] };
    expect(undoOf(request, someFacts({ roles: [] }), available)).toEqual({
      change: { kind: "add_roles", roles: [DESKTOP] },
      notRestored: [{ code: "roles_were_lent", roles: [PROE] }],
    });
    const allTemporary = { ...available, wereTemporary: [DESKTOP, PROE] };
    expect(() => undoOf(request, someFacts({ roles: [] }), allTemporary)).toThrow(
      because({ why: "roles_were_lent", requestId: 1, roles: ["Desktop User", "PROe User"] }),
    );
  });

  it("that was done in part is undone in that part alone", () => {
    const change = { kind: "add_roles", roles: [ALERTS, CASES] } as const;
    const request = done(change, { state: "failed", outstandingRoleIds: [CASES.id] });
    // The role that was left out was given later, by something else.
    const now = someFacts({ roles: [DESKTOP, PROE, ALERTS, CASES] });
    expect(undoOf(request, now, NOTHING).change).toEqual({ kind: "remove_roles", roles: [ALERTS] });
  });

  it("leaves what has changed again since as it is, and says so", () => {
    const request = done({ kind: "add_roles", roles: [ALERTS, CASES] });
    expect(undoOf(request, someFacts({ roles: [DESKTOP, PROE, CASES] }), NOTHING)).toEqual({
      change: { kind: "remove_roles", roles: [CASES] },
      notRestored: [{ code: "roles_changed_since", roles: [ALERTS] }],
    });
    expect(() => undoOf(request, someFacts(), NOTHING)).toThrow(because(NO_LONGER_SHOWN));
  });
});
