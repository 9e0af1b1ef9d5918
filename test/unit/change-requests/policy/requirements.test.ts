import { describe, expect, it } from "vitest";
import type { Authorizer, ChangeAction } from "../../../../src/authorization/index.ts";
import {
  changeFacts,
  type PolicyInput,
  subjectFacts,
} from "../../../../src/change-requests/policy/policy-facts.ts";
import {
  areSatisfied,
  progressOf,
  requirementsOf,
  stricterCount,
  whyNotDeciding,
} from "../../../../src/change-requests/policy/requirements.ts";
import { someDecision, someFacts, someLead } from "../../../support/domain-objects.ts";

const BY_THEO = someDecision();
const BY_PRIYA = someDecision({ approver: { slackUserId: "U0PRIYA", email: null } });

describe("the requirements of a request", () => {
  it("are one today: so many approvals by people whom the policies permit to approve", () => {
    const decisions = [BY_THEO, someDecision({ void: true }), someDecision({ verdict: "denial" })];
    expect(requirementsOf({ approvalsNeeded: 2, decisions })).toEqual([
      { people: { permittedTo: "approve" }, count: 2, satisfiedBy: [BY_THEO] },
    ]);
  });

  it("are none, and satisfied, if it needs no approval", () => {
    expect(requirementsOf({ approvalsNeeded: 0, decisions: [] })).toEqual([]);
    expect(areSatisfied([])).toBe(true);
  });

  it.each([
    [1, [], { needed: 1, given: 0, missing: 1 }],
    [2, [BY_THEO], { needed: 2, given: 1, missing: 1 }],
    [2, [BY_THEO, BY_PRIYA], { needed: 2, given: 2, missing: 0 }],
    [1, [BY_THEO, BY_PRIYA], { needed: 1, given: 2, missing: 0 }],
  ])("are satisfied when no approval is missing: of %i", (approvalsNeeded, decisions, progress) => {
    const requirements = requirementsOf({ approvalsNeeded, decisions });
    expect(progressOf(requirements)).toEqual(progress);
    expect(areSatisfied(requirements)).toBe(progress.missing === 0);
  });

  it("are each satisfied on their own: an approval too many for one is missing for the other", () => {
    const [first] = requirementsOf({ approvalsNeeded: 1, decisions: [BY_THEO, BY_PRIYA] });
    const [second] = requirementsOf({ approvalsNeeded: 1, decisions: [] });
    if (!first || !second) throw new Error("There is no requirement.");
    expect(progressOf([first, second])).toEqual({ needed: 2, given: 2, missing: 1 });
    expect(areSatisfied([first, second])).toBe(false);
  });

  it("are the stricter ones of when it was made and of now", () => {
    expect(stricterCount({ approvalsNeeded: 2 }, 1)).toBe(2);
    expect(stricterCount({ approvalsNeeded: 1 }, 3)).toBe(3);
  });
});

describe("a person", () => {
  const policyInputs = ["a", "b"].map((userId) => ({
    subject: subjectFacts(someFacts({ userId, username: `${userId}@x.example` }), []),
    change: changeFacts({
      ...{ change: { kind: "deactivate" }, held: [], requesterSlackId: "U0MAYA", approvals: 0, targets: 2 },
    }),
  }));

  /** The questions to policies that permit an approval only after so many others. */
  async function decidingAt(permitted: number, approvalsNeeded: number) {
    const asked: [ChangeAction, number][] = [];
    const denial = { reasons: ["No."] };
    const authorizer = {
      check: (_person: unknown, action: ChangeAction, { change: { approvals } }: PolicyInput) => {
        asked.push([action, approvals]);
        return approvals === permitted ? { allowed: true } : { allowed: false, denial };
      },
    } as unknown as Authorizer; // nothing else of it is asked
    const requirements = requirementsOf({ approvalsNeeded, decisions: [] });
    return { fault: await whyNotDeciding(authorizer, someLead(), { policyInputs, requirements }), asked };
  }

  it("can decide if the policies permit them one of the approvals, the first or a later one", async () => {
    expect((await decidingAt(0, 2)).fault).toBeNull();
    expect((await decidingAt(1, 2)).fault).toBeNull();
    expect((await decidingAt(2, 2)).fault).toEqual({ reasons: ["No."] });
  });

  it("is judged once for subjects that differ only in their identity", async () => {
    expect((await decidingAt(2, 2)).asked).toEqual([
      ["approve", 0],
      ["approve", 1],
    ]);
  });
});
