import { expect, it } from "vitest";
import { createOutcomeFinder } from "../../../../src/change-requests/execution/find-outcome.ts";
import { someFacts, someRequest, someTarget } from "../../../support/domain-objects.ts";

it("tells role by role what took effect, with names in quotes that say more than a name", async () => {
  const given = { id: "given", name: "Alert Emails" };
  const left = { id: "left", name: "Org Admin. Done for: PROe User" };
  const finder = createOutcomeFinder({
    subjects: {
      state: () => Promise.reject(new Error("Nobody asks for it.")),
      effect: async () => ({ active: true, orgGuid: "org-research", roles: [given] }),
    },
    steps: {} as Parameters<typeof createOutcomeFinder>[0]["steps"], // nothing is settled by a look
    clock: { now: () => new Date(0), sleep: async () => {} },
    readBacks: 1,
  });
  const request = someRequest({
    change: { kind: "add_roles", roles: [given, left] },
    targets: [someTarget({ facts: someFacts({ roles: [] }) })],
  });
  expect(await finder.look(request)).toMatchObject({
    explanation: "Done for: Alert Emails. Not done for: “Org Admin. Done for: PROe User”.",
  });
});
