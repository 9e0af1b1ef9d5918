import { expect, it, vi } from "vitest";
import { createOutcomeFinder } from "../../../../src/change-requests/execution/find-outcome.ts";
import { someFacts, someRequest, someTarget } from "../../../support/domain-objects.ts";

type Steps = Parameters<typeof createOutcomeFinder>[0]["steps"];

it("says at once that temporary roles failed if Incydr said that it left them out", async () => {
  const role = { id: "alert-emails", name: "Alert Emails" };
  const settle = vi.fn(async () => {});
  const finder = createOutcomeFinder({
    attempts: { readBack: () => Promise.reject(new Error("It was read.")), onItsWayUntil: () => null },
    steps: { settle } as Partial<Steps> as Steps, // an answered write is settled, and nothing else
    clock: { now: () => new Date(0), sleep: async () => {} },
  });
  const intent = { at: new Date(0), deadlineAt: new Date(20_000) };
  const request = someRequest({
    change: { kind: "add_roles", roles: [role], grantHours: 1 },
    targets: [someTarget({ facts: someFacts({ roles: [] }), intent })],
  });
  const effect = { active: true, orgGuid: "org-research", roles: [] };
  const answer = { explanation: "Incydr ignored a role.", leftOut: [role.id] };
  await finder.afterAnswer(request, answer, { shows: "nothing", effect });
  const explanation = "Incydr ignored a role. Not done for: Alert Emails.";
  expect(settle).toHaveBeenCalledExactlyOnceWith(request, "read_back_denies_it", explanation, [role.id]);
});
