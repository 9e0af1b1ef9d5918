import { expect, it } from "vitest";
import {
  type Authorizer,
  type Entitlement,
  ForbiddenError,
  FRESH,
} from "../../../../src/authorization/index.ts";
import {
  approvalsNeededForAll,
  authorizeForAll,
} from "../../../../src/change-requests/policy/authorize-all.ts";
import { type PolicyInput, subjectFacts } from "../../../../src/change-requests/policy/policy-facts.ts";
import { someChangeFacts, someFacts, someLead, somePerson } from "../../../support/domain-objects.ts";

const POLICY_INPUTS = ["nadia", "rolf", "sam"].map(
  (username): PolicyInput => ({
    subject: subjectFacts(someFacts({ username }), []),
    change: someChangeFacts(),
  }),
);

/** The entitlement of leads by a common policy and by one policy for each subject. */
function entitlementFor({ subject }: PolicyInput): Entitlement {
  return { policyIds: ["leads", `leads for ${subject.username}`], groups: ["insider-risk-leads"] };
}

/** An authorizer that forbids everything about one subject. */
function forbiddingAuthorizer(forbidden: string) {
  const asked: string[] = [];
  const isAllowed = ({ subject }: PolicyInput) => subject.username !== forbidden;
  const authorizer = {
    check: (_person: unknown, _action: unknown, about: PolicyInput) => ({
      allowed: isAllowed(about),
      ...entitlementFor(about),
    }),
    authorizeChange: async (_who: string, action: "approve", about: PolicyInput) => {
      asked.push(about.subject.username);
      if (!isAllowed(about))
        throw new ForbiddenError({ action, policyIds: [], reasons: ["No."], whoCould: [], policyHash: "p" });
      return { ...someLead(), entitlement: entitlementFor(about) };
    },
  } as unknown as Authorizer; // nothing else of it is asked
  return { authorizer, asked };
}

it("a person may do about many subjects only what they may do about each, and a refusal is audited", async () => {
  const options = { freshness: FRESH, policyInputs: POLICY_INPUTS };
  for (const { subject } of POLICY_INPUTS) {
    const { authorizer, asked } = forbiddingAuthorizer(subject.username);
    const authorized = authorizeForAll(authorizer, "U0THEO", "approve", options);
    await expect(authorized).rejects.toBeInstanceOf(ForbiddenError);
    expect(asked.at(-1)).toBe(subject.username);
  }
  const { authorizer } = forbiddingAuthorizer("nobody");
  const permitted = await authorizeForAll(authorizer, "U0THEO", "approve", options);
  expect(permitted.slackUserId).toBe("U0THEO");
  expect(permitted.entitlement).toEqual({
    policyIds: ["leads", "leads for nadia", "leads for rolf", "leads for sam"],
    groups: ["insider-risk-leads"],
  });
});

/** An authorizer that needs this number of approvals for each subject, by username; `null`: no number is enough. */
function authorizerNeeding(needed: Readonly<Record<string, number | null>>) {
  const of = ({ subject }: PolicyInput) => needed[subject.username] ?? null;
  return {
    check: (_person: unknown, _action: unknown, about: PolicyInput) => {
      const enough = of(about);
      return { allowed: enough !== null && about.change.approvals >= enough };
    },
    approvalsNeeded: (_person: unknown, about: PolicyInput) => of(about),
  } as unknown as Authorizer; // nothing else of it is asked
}

it("a change of many subjects needs the greatest number of approvals that any subject needs", async () => {
  const neededFor = (needed: Readonly<Record<string, number | null>>) =>
    approvalsNeededForAll(authorizerNeeding(needed), somePerson(), POLICY_INPUTS);
  expect(await neededFor({ nadia: 1, rolf: 3, sam: 2 })).toBe(3);
  expect(await neededFor({ nadia: 3, rolf: 1, sam: 2 })).toBe(3);
  expect(await neededFor({ nadia: 0, rolf: 1, sam: 2 })).toBe(2);
  expect(await neededFor({ nadia: 0, rolf: 0, sam: 0 })).toBe(0);
  // Policies may even forbid a change with more approvals than one.
  const odd = authorizerNeeding({ nadia: 3, rolf: 1, sam: 1 });
  const check: Authorizer["check"] = (person, action, about) =>
    about.subject.username === "rolf" && about.change.approvals > 1
      ? forbiddingAuthorizer("rolf").authorizer.check(person, action, about)
      : odd.check(person, action, about);
  expect(await approvalsNeededForAll({ ...odd, check }, somePerson(), POLICY_INPUTS)).toBe(3);
  expect(await neededFor({ nadia: 1, rolf: 1, sam: null })).toBeNull();
});
