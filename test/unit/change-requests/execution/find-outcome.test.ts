import { expect, it, vi } from "vitest";
import { createOutcomeFinder } from "../../../../src/change-requests/execution/find-outcome.ts";
import { someFacts, someRequest, someTarget } from "../../../support/domain-objects.ts";

type Steps = Parameters<typeof createOutcomeFinder>[0]["steps"];

it("tells role by role what took effect, with names in quotes that say more than a name", async () => {
  const given = { id: "given", name: "Alert Emails" };
  const left = { id: "left", name: "Org Admin. Done for: PROe User" };
  const settle = vi.fn(async () => {});
  const effect = { active: true, orgGuid: "org-research", roles: [given] };
  const finder = createOutcomeFinder({
    attempts: { readBack: async () => ({ shows: "part", effect }), onItsWayUntil: () => null },
    steps: { settle } as Partial<Steps> as Steps, // an outcome that was read is settled, and nothing else
    clock: { now: () => new Date(0), sleep: async () => {} },
  });
  const request = someRequest({
    change: { kind: "add_roles", roles: [given, left] },
    targets: [someTarget({ facts: someFacts({ roles: [] }) })],
  });
  expect(await finder.later(request)).toBeNull();
  const explanation = "Done for: Alert Emails. Not done for: “Org Admin. Done for: PROe User”.";
  expect(settle).toHaveBeenCalledExactlyOnceWith(request, "read_back_denies_it", explanation, ["left"]);
});
