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
  it("a request requires a number of approvals by people whom the policies permit to approve", () => {
    const decisions = [BY_THEO, someDecision({ void: true }), someDecision({ verdict: "denial" })];
    expect(requirementsOf({ approvalsNeeded: 2, decisions })).toEqual([
      { people: { permittedTo: "approve" }, count: 2, satisfiedBy: [BY_THEO] },
    ]);
  });

  it("a request that needs no approval has no requirements, which are satisfied", () => {
    expect(requirementsOf({ approvalsNeeded: 0, decisions: [] })).toEqual([]);
    expect(areSatisfied([])).toBe(true);
  });

  it.each([
    [1, [], { needed: 1, given: 0, missing: 1 }],
    [2, [BY_THEO], { needed: 2, given: 1, missing: 1 }],
    [2, [BY_THEO, BY_PRIYA], { needed: 2, given: 2, missing: 0 }],
    [1, [BY_THEO, BY_PRIYA], { needed: 1, given: 2, missing: 0 }],
  ])("a requirement of %i is satisfied if no approval is missing", (approvalsNeeded, decisions, progress) => {
    const requirements = requirementsOf({ approvalsNeeded, decisions });
    expect(progressOf(requirements)).toEqual(progress);
    expect(areSatisfied(requirements)).toBe(progress.missing === 0);
  });

  it("a surplus approval of one requirement does not satisfy another requirement", () => {
    const [first] = requirementsOf({ approvalsNeeded: 1, decisions: [BY_THEO, BY_PRIYA] });
    const [second] = requirementsOf({ approvalsNeeded: 1, decisions: [] });
    if (!first || !second) throw new Error("There is no requirement.");
    expect(progressOf([first, second])).toEqual({ needed: 2, given: 2, missing: 1 });
    expect(areSatisfied([first, second])).toBe(false);
  });

  it("the stricter number of approvals of then and now is required", () => {
    expect(stricterCount({ approvalsNeeded: 2 }, 1)).toBe(2);
    expect(stricterCount({ approvalsNeeded: 1 }, 3)).toBe(3);
  });
});

describe("a person who can decide", () => {
  const policyInputs = ["a", "b"].map((userId) => ({
    subject: subjectFacts(someFacts({ userId, username: `${userId}@x.example` }), []),
    change: changeFacts({
      ...{ change: { kind: "deactivate" }, held: [], requesterSlackId: "U0MAYA", approvals: 0, targets: 2 },
    }),
  }));

  /** The questions to policies that permit an approval only after this number of other approvals. */
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

  it("a person can decide if the policies permit them the first or a later approval", async () => {
    expect((await decidingAt(0, 2)).fault).toBeNull();
    expect((await decidingAt(1, 2)).fault).toBeNull();
    expect((await decidingAt(2, 2)).fault).toEqual({ reasons: ["No."] });
  });

  it.each([
    ["first", ["desktop-user", null]],
    ["last", [null, "desktop-user"]],
  ])("a person can't decide if the policies forbid it for the %s of the subjects", async (_which, lost) => {
    const change = { kind: "replace_roles", roles: [] } as const;
    const inputs = lost.map((id, index) => ({
      subject: subjectFacts(someFacts({ userId: `${index}`, username: `${index}@x.example`, roles: [] }), []),
      change: changeFacts({
        ...{
          change,
          held: id ? [{ id, name: id }] : [],
          requesterSlackId: "U0MAYA",
          approvals: 0,
          targets: 2,
        },
      }),
    }));
    const denial = { reasons: ["No."] };
    const check = (_person: unknown, _action: unknown, about: PolicyInput) =>
      about.change.roleNames.length > 0 ? { allowed: false, denial } : { allowed: true };
    const requirements = requirementsOf({ approvalsNeeded: 1, decisions: [] });
    const authorizer = { check } as unknown as Authorizer; // nothing else of it is asked
    const fault = await whyNotDeciding(authorizer, someLead(), { policyInputs: inputs, requirements });
    expect(fault).toEqual(denial);
  });

  it("a person can't decide if the policies forbid it for the one subject who is protected", async () => {
    const [first, last] = policyInputs;
    if (!first || !last) throw new Error("There are no two subjects.");
    const inputs = [{ ...first, subject: { ...first.subject, protected: true } }, last];
    const denial = { reasons: ["No."] };
    const check = (_person: unknown, _action: unknown, { subject }: PolicyInput) =>
      subject.protected ? { allowed: false, denial } : { allowed: true };
    const requirements = requirementsOf({ approvalsNeeded: 1, decisions: [] });
    const authorizer = { check } as unknown as Authorizer; // nothing else of it is asked
    const fault = await whyNotDeciding(authorizer, someLead(), { policyInputs: inputs, requirements });
    expect(fault).toEqual(denial);
  });

  it("the policies judge subjects that differ only in their identity once", async () => {
    expect((await decidingAt(2, 2)).asked).toEqual([
      ["approve", 0],
      ["approve", 1],
    ]);
  });
});
