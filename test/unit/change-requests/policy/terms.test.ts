import { describe, expect, it } from "vitest";
import {
  type Authorizer,
  createPolicyEngine,
  loadPolicies,
  parsePolicies,
  type Terms,
} from "../../../../src/authorization/index.ts";
import { type PolicyInput, subjectFacts } from "../../../../src/change-requests/policy/policy-facts.ts";
import { emergencyTerms, termsForAll } from "../../../../src/change-requests/policy/terms.ts";
import { someChangeFacts, someFacts, somePerson } from "../../../support/domain-objects.ts";
import { someAuthorizer } from "../../../support/stub-authorizer.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const NONE: Terms = {
  expiryHours: null,
  remindAfterMinutes: null,
  escalateAfterMinutes: null,
  escalateTo: [],
  ratifyWithinHours: null,
};
const about = (username: string): PolicyInput => ({
  subject: subjectFacts(someFacts({ username }), []),
  change: someChangeFacts(),
});

/** The terms for two subjects. The policies give these answers about each of them. */
function termsOf(nadia: Partial<Terms>, rolf: Partial<Terms>): Promise<Terms> {
  const authorizer: Pick<Authorizer, "terms"> = {
    terms: (_requester, { subject }) => ({ ...NONE, ...(subject.username === "nadia" ? nadia : rolf) }),
  };
  return termsForAll(authorizer, somePerson(), [about("nadia"), about("rolf")]);
}

describe("the terms of a request", () => {
  it("the terms for many subjects have the shortest times and all groups", async () => {
    const nadia = { expiryHours: 24, remindAfterMinutes: 60, escalateTo: ["leads", "analysts"] };
    const rolf = { expiryHours: 8, escalateAfterMinutes: 120, escalateTo: ["leads", "managers"] };
    expect(await termsOf(nadia, rolf)).toEqual({
      expiryHours: 8,
      remindAfterMinutes: 60,
      escalateAfterMinutes: 120,
      escalateTo: ["analysts", "leads", "managers"],
      ratifyWithinHours: null,
    });
  });

  it("the terms for many subjects set nothing if the policies set nothing", async () => {
    expect(await termsOf({}, {})).toEqual(NONE);
  });

  it("an emergency has the terms that the policies give to emergencies", async () => {
    const { sources } = await loadPolicies("policies");
    const text = `
      @id("all-requests") @ratifyWithinHours("1") @escalateTo("those-of-requests")
      permit (principal in Incydr::Group::"insider-risk-analysts", action == Incydr::Action::"request", resource);
      @id("all-emergencies") @ratifyWithinHours("3") @escalateTo("those-of-emergencies")
      permit (principal in Incydr::Group::"insider-risk-analysts", action == Incydr::Action::"emergency", resource);`;
    const engine = createPolicyEngine(parsePolicies({ ...sources, files: [{ name: "00.cedar", text }] }));
    const person = somePerson();
    const authorizer = someAuthorizer({ engine, directory: directoryOf(person) });
    expect(emergencyTerms(authorizer, person, about("nadia"), { ratifyWithinHours: 8 })).toEqual({
      ratifyWithinHours: 3,
      escalateTo: ["those-of-emergencies"],
    });
  });
});
