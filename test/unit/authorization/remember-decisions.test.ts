import { expect, it } from "vitest";
import {
  createPolicyEngine,
  FRESH,
  loadPolicies,
  type PolicyEngine,
  type Question,
} from "../../../src/authorization/index.ts";
import { subjectFacts } from "../../../src/change-requests/policy/policy-facts.ts";
import { someChangeFacts, someFacts, someLead, somePerson } from "../../support/domain-objects.ts";
import { someAuthorizer } from "../../support/stub-authorizer.ts";
import { directoryOf } from "../subjects/incydr-bench.ts";

it("within one attempt the policies are asked each question once, and answer as they would", async () => {
  const policies = createPolicyEngine(await loadPolicies("policies"));
  const asked: Question[] = [];
  const watched: PolicyEngine = {
    ...policies,
    decide: (question) => {
      asked.push(question);
      return policies.decide(question);
    },
    pinned: () => watched,
  };
  const authorizer = someAuthorizer({ engine: watched, directory: directoryOf(somePerson(), someLead()) });
  const about = { subject: subjectFacts(someFacts(), ["U0NADIA"]), change: someChangeFacts() };
  const attempt = await authorizer.pin();
  const needed = attempt.approvalsNeeded(somePerson(), about);
  expect(needed).toBe(authorizer.approvalsNeeded(somePerson(), about));
  const before = asked.length;
  expect(attempt.approvalsNeeded(somePerson(), about)).toBe(needed);
  expect(asked).toHaveLength(before);
  await attempt.authorizeChange("U0THEO", "approve", { freshness: FRESH, ...about });
  const decided = asked.length;
  await attempt.authorizeChange("U0THEO", "approve", { freshness: FRESH, ...about });
  expect(asked).toHaveLength(decided);
  // Somebody else, or more approvals, is another question.
  const approved = { ...about, change: someChangeFacts({ approvals: 5 }) };
  expect(attempt.check(somePerson(), "execute", approved).allowed).toBe(true);
  expect(attempt.check(somePerson({ groups: [] }), "execute", approved).allowed).toBe(false);
  expect(asked.length).toBe(decided + 2);
});
