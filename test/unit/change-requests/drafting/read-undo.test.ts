import { expect, it } from "vitest";
import { createReadUndo } from "../../../../src/change-requests/drafting/undo.ts";
import { snapshotOf } from "../../../../src/change-requests/model/snapshot.ts";
import { IncompleteListError } from "../../../../src/incydr/index.ts";
import { someFacts, someRequest, someTarget } from "../../../support/domain-objects.ts";
import { incydrListing, orgOf, uowOf } from "../../../support/stub-ports.ts";

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
  const temporaryBetween = async (_userId: string, from: Date, until: Date) =>
    from <= endedAt && endedAt <= until ? [DESKTOP] : [];
  const readUndo = createReadUndo({
    incydr: incydrListing({ roles: [DESKTOP, PROE], complete: isComplete }),
    uow: uowOf({ grants: { temporaryBetween } }),
  });
  return readUndo(request, NOW);
}

it.each([
  ["while the removal was written", new Date("2026-11-01T10:00:10Z")],
  ["when the write of the removal began", CLAIMED_AT],
  ["when the removal was settled", SETTLED_AT],
])("the undo of a removal does not give back a temporary role that ended %s", async (_when, endedAt) => {
  expect(await undoOf({ endedAt })).toMatchObject({
    requestId: 1,
    change: { kind: "add_roles", roles: [PROE] },
    notRestored: [{ code: "roles_were_lent", roles: [DESKTOP] }],
  });
});

it("the undo of a removal gives back the roles that were not temporary then", async () => {
  const { change, notRestored } = await undoOf({ endedAt: new Date("2026-11-01T09:59:59Z") });
  expect([change, notRestored]).toEqual([{ kind: "add_roles", roles: [DESKTOP, PROE] }, []]);
});

it("the undo of a removal fails if the list of roles may be incomplete", async () => {
  await expect(undoOf({ isComplete: false })).rejects.toBeInstanceOf(IncompleteListError);
});

it("the undo of a move asks for the former organization by its GUID if Incydr's list may lack it", async () => {
  const target = someTarget({
    ...{ state: "verified", facts: BEFORE, settledAt: SETTLED_AT },
    snapshot: snapshotOf("move", BEFORE),
  });
  const request = someRequest({
    state: "done",
    change: { kind: "move", org: { guid: "org-sales", name: "Sales" } },
    targets: [target],
  });
  const asked: string[] = [];
  const incydr = incydrListing({
    orgs: [{ guid: "org-sales", name: "Sales" }],
    complete: false,
    getOrg: async (guid) => {
      asked.push(guid);
      return orgOf({ guid, name: "Research" });
    },
  });
  const readUndo = createReadUndo({ incydr, uow: uowOf({}) });
  const moved = someFacts({ orgGuid: "org-sales", orgName: "Sales" });
  expect(await readUndo(request, moved)).toMatchObject({
    change: { kind: "move", org: { guid: BEFORE.orgGuid, name: "Research" } },
  });
  expect(asked).toEqual([BEFORE.orgGuid]);
});
