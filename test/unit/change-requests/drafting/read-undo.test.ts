import { expect, it } from "vitest";
import { createReadUndo } from "../../../../src/change-requests/drafting/undo.ts";
import type { Transaction } from "../../../../src/change-requests/index.ts";
import { snapshotOf } from "../../../../src/change-requests/model/snapshot.ts";
import { createList, IncompleteListError, type IncydrReader } from "../../../../src/incydr/index.ts";
import { someFacts, someRequest, someTarget } from "../../../support/domain-objects.ts";

const BEFORE = someFacts();
const [DESKTOP, PROE] = BEFORE.roles.map(({ id, name }) => ({ id, name }));
const NOW = someFacts({ roles: [] });
const CLAIMED_AT = new Date("2026-11-01T10:00:00Z");
const SETTLED_AT = new Date("2026-11-01T10:00:30Z");

/** The undo of a change of Nadia's roles; `endedAt` is when her temporary Desktop User came to its end. */
function undoOf({ isComplete = true, endedAt = new Date(0) } = {}) {
  if (!DESKTOP || !PROE) throw new Error("Nadia has too few roles.");
  const target = someTarget({
    state: "verified",
    facts: BEFORE,
    intent: { at: CLAIMED_AT, deadlineAt: SETTLED_AT },
    settledAt: SETTLED_AT,
  });
  const request = someRequest({
    state: "done",
    change: { kind: "remove_roles", roles: [DESKTOP, PROE] },
    targets: [target],
  });
  const roles = [DESKTOP, PROE].map(({ id, name }) => ({ roleId: id, roleName: name }));
  const incydr = {
    users: { listRoles: async () => createList(roles, { complete: isComplete, skipped: [] }) },
  } as unknown as IncydrReader; // nothing else of it is read
  const stored = {
    grants: {
      temporaryBetween: async (_userId: string, from: Date, until: Date) =>
        from <= endedAt && endedAt <= until ? [DESKTOP] : [],
    },
  } as unknown as Transaction; // nothing else of it is read
  const readUndo = createReadUndo({
    incydr,
    uow: { run: (work) => work(stored), read: (work) => work(stored) },
  });
  return readUndo(request, NOW);
}

it.each([
  ["while it was written", new Date("2026-11-01T10:00:10Z")],
  ["when its write began", CLAIMED_AT],
  ["when it was settled", SETTLED_AT],
])(
  "the undo of a removal doesn't give a temporary role for good that came to its end %s",
  async (_when, endedAt) => {
    expect(await undoOf({ endedAt })).toMatchObject({
      requestId: 1,
      change: { kind: "add_roles", roles: [PROE] },
      notRestored: [{ code: "roles_were_lent", roles: [DESKTOP] }],
    });
  },
);

it("the undo of a removal gives back what was no temporary role then", async () => {
  const { change, notRestored } = await undoOf({ endedAt: new Date("2026-11-01T09:59:59Z") });
  expect([change, notRestored]).toEqual([{ kind: "add_roles", roles: [DESKTOP, PROE] }, []]);
});

it("the undo of a removal isn't told from a list of roles that may be incomplete", async () => {
  await expect(undoOf({ isComplete: false })).rejects.toBeInstanceOf(IncompleteListError);
});

it("the undo of a move finds the former organization by its GUID where Incydr's list may lack it", async () => {
  const target = someTarget({
    ...{ state: "verified", facts: BEFORE, settledAt: SETTLED_AT },
    snapshot: snapshotOf("move", BEFORE),
  });
  const request = someRequest({
    state: "done",
    change: { kind: "move", org: { guid: "org-sales", name: "Sales" } },
    targets: [target],
  });
  const orgOf = (orgGuid: string, orgName: string) => ({
    orgGuid,
    orgName,
    parentOrgGuid: null,
    active: true,
  });
  const asked: string[] = [];
  const incydr = {
    orgs: {
      list: async () => createList([orgOf("org-sales", "Sales")], { complete: false, skipped: [] }),
      get: async (guid: string) => {
        asked.push(guid);
        return orgOf(guid, "Research");
      },
    },
  } as unknown as IncydrReader; // nothing else of it is read
  const nothing = {} as Transaction; // nothing is stored about a move
  const readUndo = createReadUndo({
    incydr,
    uow: { run: (work) => work(nothing), read: (work) => work(nothing) },
  });
  const moved = someFacts({ orgGuid: "org-sales", orgName: "Sales" });
  expect(await readUndo(request, moved)).toMatchObject({
    change: { kind: "move", org: { guid: BEFORE.orgGuid, name: "Research" } },
  });
  expect(asked).toEqual([BEFORE.orgGuid]);
});
