import { expect, it } from "vitest";
import type { Authorizer, ChangeFacts, SubjectFacts } from "../../../../src/authorization/index.ts";
import { whyNotInvitable } from "../../../../src/change-requests/policy/check-invited.ts";
import { changeFacts, subjectFacts } from "../../../../src/change-requests/policy/policy-facts.ts";
import { requirementsOf } from "../../../../src/change-requests/policy/requirements.ts";
import { someFacts, someLead } from "../../../support/domain-objects.ts";

const ROLES = [{ id: "desktop-user", name: "Desktop User" }];
const DENIAL = {
  action: "approve",
  policyIds: ["one"],
  reasons: ["No."],
  whoCould: [],
  policyHash: "",
} as const;

/** Subjects of a replacement of roles, of whom each loses other ones. */
function aboutOf(userId: string, held: typeof ROLES) {
  return {
    subject: subjectFacts(someFacts({ userId, username: `${userId}@x.example`, roles: [] }), []),
    change: changeFacts({
      change: { kind: "replace_roles", roles: [] },
      held,
      requesterSlackId: "U0MAYA",
      approvals: 0,
      targets: 2,
    }),
  };
}

it.each([
  ["the first", [aboutOf("a", ROLES), aboutOf("b", [])]],
  ["the last", [aboutOf("a", []), aboutOf("b", ROLES)]],
])(
  "nobody is asked who may not approve what the change means for %s of its subjects",
  async (_which, policyInputs) => {
    const check = (
      _person: unknown,
      _action: unknown,
      { change }: { subject: SubjectFacts; change: ChangeFacts },
    ) => (change.roleNames.length > 0 ? { allowed: false, denial: DENIAL } : { allowed: true });
    const requirements = requirementsOf({ approvalsNeeded: 1, decisions: [] });
    const authorizer = { check } as unknown as Authorizer; // nothing else of it is asked
    expect(await whyNotInvitable(authorizer, someLead(), { policyInputs, requirements })).toEqual({
      denial: DENIAL,
    });
  },
);
