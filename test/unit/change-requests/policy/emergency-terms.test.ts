import { expect, it } from "vitest";
import { createPolicyEngine, loadPolicies, parsePolicies } from "../../../../src/authorization/index.ts";
import { subjectFacts } from "../../../../src/change-requests/policy/policy-facts.ts";
import { emergencyTerms } from "../../../../src/change-requests/policy/terms.ts";
import { someChangeFacts, someFacts, somePerson } from "../../../support/domain-objects.ts";
import { someAuthorizer } from "../../../support/stub-authorizer.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const ABOUT = { subject: subjectFacts(someFacts(), ["U0NADIA"]), change: someChangeFacts() };

it("an emergency is ratified by the terms that the policies give an emergency, and not a request", async () => {
  const { sources } = await loadPolicies("policies");
  const text = `
    @id("all-requests") @ratifyWithinHours("1") @escalateTo("those-of-requests")
    permit (principal in Incydr::Group::"insider-risk-analysts", action == Incydr::Action::"request", resource);
    @id("all-emergencies") @ratifyWithinHours("3") @escalateTo("those-of-emergencies")
    permit (principal in Incydr::Group::"insider-risk-analysts", action == Incydr::Action::"emergency", resource);`;
  const engine = createPolicyEngine(parsePolicies({ ...sources, files: [{ name: "00.cedar", text }] }));
  const person = somePerson();
  const authorizer = someAuthorizer({ engine, directory: directoryOf(person) });
  expect(emergencyTerms(authorizer, person, ABOUT, { ratifyWithinHours: 8 })).toEqual({
    ratifyWithinHours: 3,
    escalateTo: ["those-of-emergencies"],
  });
});
