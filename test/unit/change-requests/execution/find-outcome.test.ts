import { describe, expect, it, vi } from "vitest";
import { createOutcomeFinder, writeOf } from "../../../../src/change-requests/execution/find-outcome.ts";
import { createWriteAttempts } from "../../../../src/change-requests/execution/write-attempt.ts";
import { IncydrError } from "../../../../src/incydr/index.ts";
import type { RoleRef, SubjectEffect } from "../../../../src/subjects/index.ts";
import { someFacts, someRequest, someTarget } from "../../../support/domain-objects.ts";
import { clockAt } from "../../../support/stub-ports.ts";

type Options = Parameters<typeof createOutcomeFinder>[0];

const ALERTS = { id: "alert-emails", name: "Alert Emails" };
const READER = { id: "reader", name: "Reader" };
const INTENT = { at: new Date(0), deadlineAt: new Date(20_000) };

/** A request to add roles to a user without roles, whose write was sent. */
function adding(roles: readonly RoleRef[], grantHours?: number) {
  const change = { kind: "add_roles", roles, ...(grantHours ? { grantHours } : {}) } as const;
  return someRequest({ change, targets: [someTarget({ facts: someFacts({ roles: [] }), intent: INTENT })] });
}

/** A finder that reads so, and how it settles a request. */
function finderWith(attempts: Partial<Options["attempts"]>, now = new Date(0)) {
  const settle = vi.fn(async () => {});
  const finder = createOutcomeFinder({
    attempts: {
      readBack: () => Promise.reject(new Error("It was read.")),
      onItsWayUntil: () => null,
      ...attempts,
    },
    steps: { settle } as Partial<Options["steps"]> as Options["steps"], // nothing else is called
    clock: clockAt(now),
  });
  return { finder, settle };
}

describe("the outcome of a write", () => {
  it("the outcome names the roles with and without effect, and quotes names that say more than a name", async () => {
    const left = { id: "left", name: "Org Admin. Done for: PROe User" };
    const effect = { active: true, orgGuid: "org-research", roles: [ALERTS] };
    const { finder, settle } = finderWith({ readBack: async () => ({ shows: "part", effect }) });
    const request = adding([ALERTS, left]);
    expect(await finder.later(request)).toBeNull();
    const explanation = "Done for: Alert Emails. Not done for: “Org Admin. Done for: PROe User”.";
    expect(settle).toHaveBeenCalledExactlyOnceWith(request, "read_back_denies_it", explanation, ["left"]);
  });

  it("a temporary role that Incydr said it left out has failed at once", async () => {
    const { finder, settle } = finderWith({});
    const request = adding([ALERTS], 1);
    const effect = { active: true, orgGuid: "org-research", roles: [] };
    const answer = { explanation: "Incydr ignored a role.", leftOut: [ALERTS.id] };
    await finder.afterAnswer(request, answer, { shows: "nothing", effect });
    const explanation = "Incydr ignored a role. Not done for: Alert Emails.";
    expect(settle).toHaveBeenCalledExactlyOnceWith(request, "read_back_denies_it", explanation, [ALERTS.id]);
  });

  it.each([
    ["may still show, so its outcome is not known", 0, "outcome_not_known"],
    ["can't show any more, so Incydr refused it", 25, "incydr_refused"],
  ])("a temporary role that is refused after a write without an answer %s", async (_what, hours, event) => {
    const effect = { active: true, orgGuid: "org-research", roles: [] };
    const now = new Date(hours * 3_600_000);
    const { finder, settle } = finderWith({ readBack: async () => ({ shows: "nothing", effect }) }, now);
    const request = adding([ALERTS], 8);
    await finder.afterDenial(request, "incydr_refused", "Incydr refuses it.");
    expect(settle).toHaveBeenCalledExactlyOnceWith(request, event, "Incydr refuses it.");
  });

  type Read = readonly RoleRef[] | "away";
  it.each<[string, Read[], string]>([
    ["don't show at all are not known, because they may show late", [[]], "outcome_not_known"],
    ["show in part have failed in part", [[ALERTS]], "read_back_denies_it"],
    ["show at the last read are given", [[], [ALERTS, READER]], "read_back_shows_it"],
    ["showed in part before Incydr went away are not known", [[ALERTS], "away"], "outcome_not_known"],
  ])("two temporary roles that %s", async (_what, reads, event) => {
    const left = [...reads];
    const attempts = createWriteAttempts({
      users: { addRoles: async () => {} } as never, // nothing else is written
      subjects: {
        state: () => Promise.reject(new Error("Nobody asks for it.")),
        async effect(): Promise<SubjectEffect> {
          const roles = (left.length > 1 ? left.shift() : left[0]) ?? "away";
          if (roles === "away") throw new IncydrError("unavailable", "Incydr is away.", { sent: "no" });
          return { active: true, orgGuid: "org-research", roles };
        },
      },
      isFrozen: async () => false,
      clock: clockAt(new Date(0)),
    });
    const { finder, settle } = finderWith(attempts);
    const request = adding([ALERTS, READER], 8);
    const outcome = await attempts.attempt({
      assertHeld: async () => {},
      claim: async () => ({
        ...{ claimed: request, write: writeOf(request), expectedRoleIds: [], deadlineAt: INTENT.deadlineAt },
      }),
      isConclusive: ({ shows }) => shows === "all",
    });
    if (outcome.kind !== "answered") throw new Error(`The write is ${outcome.kind}.`);
    await finder.afterAnswer(outcome.claimed, outcome.answer, outcome.readBack);
    expect(settle.mock.calls.map(([, settled]: unknown[]) => settled)).toEqual([event]);
  });
});
