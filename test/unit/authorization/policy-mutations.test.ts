import * as cedar from "@cedar-policy/cedar-wasm/nodejs";
import { beforeAll, expect, it } from "vitest";
import { cedarRequest } from "../../../src/authorization/cedar-request.ts";
import {
  createPolicyEngine,
  isChangeAction,
  isCommandLine,
  loadCases,
  loadPolicies,
  type PolicyCase,
  type PolicySet,
} from "../../../src/authorization/index.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";

let set: PolicySet;
let cases: readonly PolicyCase[];
/** Cases that each policy decides, which are the likely ones to notice that it changed. */
const decidedBy = new Map<string, PolicyCase[]>();
beforeAll(async () => {
  set = await loadPolicies("policies");
  ({ cases } = await loadCases("policies"));
  const engine = createPolicyEngine(set);
  for (const each of cases) {
    const decision = engine.decide(each.question);
    for (const id of decision.allowed ? decision.policyIds : decision.denial.policyIds)
      decidedBy.set(id, [...(decidedBy.get(id) ?? []), each]);
  }
});

it("there are at least sixty cases, and every policy decides one", () => {
  expect(cases.length).toBeGreaterThanOrEqual(60);
  expect(set.policies.map(({ id }) => id).filter((id) => !decidedBy.has(id))).toEqual([]);
});

it("a case fails whichever one policy, condition or part of one is deleted, negated or shifted", () => {
  const survivors = set.policies.flatMap(({ id, text }) =>
    mutantsOf(jsonOf(text))
      .filter((mutant) => !isNoticed(id, mutant))
      .map(({ what }) => `${id}: ${what}`),
  );
  expect(survivors).toEqual([]);
});

function isNoticed(id: string, { policy }: Mutant): boolean {
  const texts = set.policies.flatMap((each) =>
    each.id !== id ? [each.text] : policy ? [textOf(policy)] : [],
  );
  // As one text, which is parsed faster; the same name, since what is parsed is never freed.
  cedar.preparsePolicySet("mutant", { staticPolicies: texts.join("\n") });
  const likely = decidedBy.get(id) ?? [];
  return [...likely, ...cases].some(isWrong);
}

/** Whether the decision itself is another one; that it has another reason doesn't count. */
function isWrong({ question, allowed }: PolicyCase): boolean {
  const { principal, action } = question;
  if (isCommandLine(principal) && isChangeAction(action)) return false;
  const answer = cedar.statefulIsAuthorized({
    ...cedarRequest(question, ["insider-risk-leads"]),
    preparsedPolicySetId: "mutant",
  });
  const isAllowed =
    answer.type === "success" &&
    answer.response.decision === "allow" &&
    answer.response.diagnostics.errors.length === 0;
  return isAllowed !== allowed;
}

function jsonOf(text: string): cedar.PolicyJson {
  const parsed = cedar.policyToJson(text);
  if (parsed.type === "failure") throw new Error(`${text} can't be parsed.`);
  return parsed.json;
}

function textOf(policy: cedar.PolicyJson): string {
  const written = cedar.policyToText(policy);
  if (written.type === "failure") throw new Error(JSON.stringify(written.errors));
  return written.text;
}
