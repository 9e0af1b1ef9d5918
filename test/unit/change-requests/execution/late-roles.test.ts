import { expect, test } from "vitest";
import { createOutcomeFinder, writeOf } from "../../../../src/change-requests/execution/find-outcome.ts";
import { createWriteAttempts } from "../../../../src/change-requests/execution/write-attempt.ts";
import { IncydrError } from "../../../../src/incydr/index.ts";
import type { RoleRef, SubjectEffect } from "../../../../src/subjects/index.ts";
import { someFacts, someRequest, someTarget } from "../../../support/domain-objects.ts";

const [ALERTS, READER] = ["Alert Emails", "Reader"].map((name): RoleRef => ({ id: name, name }));
if (!ALERTS || !READER) throw new Error("There are two.");

/** As what a write of two roles for a limited time is settled that Incydr answered, from these reads. The last repeats. */
async function settledAs(...reads: (readonly RoleRef[] | "away")[]) {
  const settled: unknown[] = [];
  const clock = { now: () => new Date(0), sleep: async () => {} };
  const attempts = createWriteAttempts({
    users: { addRoles: async () => {} } as never, // nothing else is written
    subjects: {
      state: () => Promise.reject(new Error("Nobody asks for it.")),
      async effect(): Promise<SubjectEffect> {
        const roles = (reads.length > 1 ? reads.shift() : reads[0]) ?? "away";
        if (roles === "away") throw new IncydrError("unavailable", "Incydr is away.", { sent: "no" });
        return { active: true, orgGuid: "org-research", roles };
      },
    },
    isFrozen: async () => false,
    clock,
  });
  const finder = createOutcomeFinder({
    attempts,
    steps: { settle: async (_request: unknown, ...how: unknown[]) => void settled.push(how[0]) } as never,
    clock,
  });
  const intent = { at: new Date(0), deadlineAt: new Date(20_000) };
  const request = someRequest({
    change: { kind: "add_roles", roles: [ALERTS, READER] as RoleRef[], grantHours: 8 },
    targets: [someTarget({ facts: someFacts({ roles: [] }), intent })],
  });
  const write = writeOf(request);
  const outcome = await attempts.attempt({
    assertHeld: async () => {},
    claim: async () => ({ claimed: request, write, expectedRoleIds: [], deadlineAt: intent.deadlineAt }),
    isConclusive: ({ shows }) => shows === "all",
  });
  if (outcome.kind !== "answered") throw new Error(`The write is ${outcome.kind}.`);
  await finder.afterAnswer(outcome.claimed, outcome.answer, outcome.readBack);
  return settled;
}

test.each([
  ["that don't show at all may show late", [[]], "outcome_not_known"],
  ["of which one shows aren't waited for", [[ALERTS]], "read_back_denies_it"],
  ["that show at the last read are given", [[], [ALERTS, READER]], "read_back_shows_it"],
  ["that were seen in part before Incydr went away aren't known", [[ALERTS], "away"], "outcome_not_known"],
] as const)("two roles for a limited time %s", async (_what, reads, event) => {
  expect(await settledAs(...(reads as readonly (readonly RoleRef[] | "away")[]))).toEqual([event]);
});
