import { expect, test } from "vitest";
import type { Stored } from "../../../../src/change-requests/index.ts";
import { keptByReplacement } from "../../../../src/change-requests/notify/read-view.ts";
import { someFacts, someGrant, someRequest, someTarget } from "../../../support/domain-objects.ts";

test("a replacement is said to keep the temporary roles that were there before and are to stay, and no other", async () => {
  const [kept, added, removed] = ["kept", "added", "removed"].map((id) => ({ id, name: id }));
  if (!kept || !added || !removed) throw new Error("There are three.");
  const temporaryGrants = [kept, added, removed].map((role) => someGrant({ role }));
  const stored = { grants: { open: async () => temporaryGrants } } as unknown as Stored; // it reads no more
  const request = someRequest({
    change: { kind: "replace_roles", roles: [kept, added] },
    targets: [someTarget({ facts: someFacts({ roles: [kept, removed] }) })],
  });
  expect((await keptByReplacement(stored, request)).map(({ role }) => role.id)).toEqual(["kept"]);
});
