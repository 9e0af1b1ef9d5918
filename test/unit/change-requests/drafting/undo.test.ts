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

describe("a request that can't be undone", () => {
  it.each(["already", "refused", "skipped", "stale", "unknown", "failed"] as const)(
    "a request whose target is %s can't be undone",
    (state) => {
      expect(isUndoable(done({ kind: "deactivate" }, { state }))).toBe(false);
      expect(() => undoOf(done({ kind: "deactivate" }, { state }), someFacts(), NOTHING)).toThrow(
        because({ why: "changed_nothing", requestId: 1 }),
      );
    },
  );

  it("a change of roles of which no effect is known can't be undone", () => {
    const change = { kind: "add_roles", roles: [ALERTS] } as const;
    expect(isUndoable(done(change, { state: "failed", outstandingRoleIds: [ALERTS.id] }))).toBe(false);
    expect(isUndoable(done(change, { state: "failed", outstandingRoleIds: null }))).toBe(false);
  });

  it("a bulk can't be undone, because its reverse is a bulk of its own", () => {
    const target = someTarget({ state: "verified" });
    const bulk = someRequest({ state: "done", targets: [target, { ...target, position: 1 }] });
    expect(isUndoable(bulk)).toBe(false);
    expect(() => subjectToUndo(bulk)).toThrow(because({ why: "bulk", requestId: 1 }));
  });
});

it("a deactivation is undone by an activation, which says what stays lost", () => {
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

it("an activation is undone by a deactivation, unless Incydr no longer shows it", () => {
  expect(undoOf(done({ kind: "activate" }), someFacts(), NOTHING).change).toEqual({ kind: "deactivate" });
  expect(() => undoOf(done({ kind: "activate" }), someFacts({ active: false }), NOTHING)).toThrow(
    because(NO_LONGER_SHOWN),
  );
});

describe("a move", () => {
  const request = done({ kind: "move", org: { guid: "org-sales", name: "Sales" } });
  const now = someFacts({ orgGuid: "org-sales", orgName: "Sales" });

  it("a move is undone by a move back if the former organization exists and is active", () => {
    expect(undoOf(request, now, { ...NOTHING, orgs: [research] })).toEqual({
      change: { kind: "move", org: { guid: "org-research", name: "Research" } },
      notRestored: [{ code: "backup_destinations" }],
    });
    for (const orgs of [[], [{ ...research, active: false }]])
      expect(() => undoOf(request, now, { ...NOTHING, orgs })).toThrow(
        because({ why: "org_gone", org: "Research" }),
      );
  });

  it("a move can't be undone after another move", () => {
    expect(() => undoOf(request, someFacts({ orgGuid: "org-legal" }), NOTHING)).toThrow(
      because(NO_LONGER_SHOWN),
    );
  });
});

describe("the undo of a change of roles", () => {
  it("an addition is undone by removing the roles that were not held before", () => {
    const request = done({ kind: "add_roles", roles: [ALERTS, PROE] });
    expect(undoOf(request, someFacts({ roles: [DESKTOP, PROE, ALERTS] }), NOTHING)).toEqual({
      change: { kind: "remove_roles", roles: [ALERTS] },
      notRestored: [],
    });
  });

  it("a removal is undone by giving the assignable roles, and names the others", () => {
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

  it("a replacement is undone by a replacement that keeps the roles given since", () => {
    const request = done({ kind: "replace_roles", roles: [DESKTOP, ALERTS] });
    const now = someFacts({ roles: [DESKTOP, ALERTS, CASES] });
    expect(undoOf(request, now, { ...NOTHING, roles: [PROE] }).change).toEqual({
      kind: "replace_roles",
      roles: [DESKTOP, CASES, PROE],
    });
  });

  it("the undo of a removal leaves out temporary roles and names them", () => {
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

  it("a change that was done in part is undone in that part alone", () => {
    const change = { kind: "add_roles", roles: [ALERTS, CASES] } as const;
    const request = done(change, { state: "failed", outstandingRoleIds: [CASES.id] });
    // The role that was left out was given later, and not by this request.
    const now = someFacts({ roles: [DESKTOP, PROE, ALERTS, CASES] });
    expect(undoOf(request, now, NOTHING).change).toEqual({ kind: "remove_roles", roles: [ALERTS] });
  });

  it("an undo leaves out and names the roles that have changed since", () => {
    const request = done({ kind: "add_roles", roles: [ALERTS, CASES] });
    expect(undoOf(request, someFacts({ roles: [DESKTOP, PROE, CASES] }), NOTHING)).toEqual({
      change: { kind: "remove_roles", roles: [CASES] },
      notRestored: [{ code: "roles_changed_since", roles: [ALERTS] }],
    });
    expect(() => undoOf(request, someFacts(), NOTHING)).toThrow(because(NO_LONGER_SHOWN));
  });
});
