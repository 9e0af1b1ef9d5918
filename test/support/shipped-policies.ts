import {
  createPolicyEngine,
  loadPolicies,
  type PolicyEngine,
  parsePolicies,
  type SubjectChange,
} from "../../src/authorization/index.ts";
import { subjectFacts } from "../../src/change-requests/policy/policy-facts.ts";
import { someChangeFacts, someFacts } from "./domain-objects.ts";

/** The policies that come with the product. */
export const shippedPolicies = await loadPolicies("policies");
export const shippedEngine = createPolicyEngine(shippedPolicies);

/** An engine of the shipped policies and of a further file. */
export function engineWith(text: string): PolicyEngine {
  const { sources } = shippedPolicies;
  const files = [...sources.files, { name: "90.cedar", text }];
  return createPolicyEngine(parsePolicies({ ...sources, files }));
}

/** The facts of Maya's deactivation of Nadia for the policies. */
export const DEACTIVATION: SubjectChange = {
  subject: subjectFacts(someFacts(), ["U0NADIA"]),
  change: someChangeFacts(),
};
