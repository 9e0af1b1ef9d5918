import * as cedar from "@cedar-policy/cedar-wasm/nodejs";
import { expect, it } from "vitest";
import { cedarRequest } from "../../../src/authorization/cedar-request.ts";
import {
  isChangeAction,
  isCommandLine,
  loadCases,
  type PolicyCase,
} from "../../../src/authorization/index.ts";
import { shippedEngine, shippedPolicies } from "../../support/shipped-policies.ts";

const { policies } = shippedPolicies;
const { cases } = await loadCases("policies");

/** The cases that each policy decides, which are likely to fail if it changes. */
const decidedBy = new Map<string, PolicyCase[]>();
for (const each of cases) {
  const decision = shippedEngine.decide(each.question);
  for (const id of decision.allowed ? decision.policyIds : decision.denial.policyIds)
    decidedBy.set(id, [...(decidedBy.get(id) ?? []), each]);
}

it("there are at least sixty cases, and every policy decides one", () => {
  expect(cases.length).toBeGreaterThanOrEqual(60);
  expect(policies.map(({ id }) => id).filter((id) => !decidedBy.has(id))).toEqual([]);
});

it("a case fails if one policy, condition or part of one is deleted, negated or shifted", () => {
  const survivors = policies.flatMap(({ id, text }) =>
    policyMutants(jsonOf(text))
      .filter((mutant) => !isNoticed(id, mutant))
      .map(({ what }) => `${id}: ${what}`),
  );
  expect(survivors).toEqual([]);
});

/** A policy or an expression with one change; `json` is `null` if it was deleted. */
interface Mutant<Json> {
  readonly what: string;
  readonly json: Json;
}

/**
 * Every policy with one change:
 * - The policy is deleted, its effect is reversed, or its scope is widened.
 * - An action, a condition or an element of a set is removed.
 * - A condition or a part of a condition is negated, or a number is shifted by one.
 */
function policyMutants(policy: cedar.PolicyJson): Mutant<cedar.PolicyJson | null>[] {
  const { effect, principal, action, resource, conditions } = policy;
  const put = (what: string, patch: Partial<cedar.PolicyJson>) => ({ what, json: { ...policy, ...patch } });
  const entities = action.op === "in" && "entities" in action ? action.entities : [];
  return [
    { what: "deleted", json: null },
    put("its effect reversed", { effect: effect === "permit" ? "forbid" : "permit" }),
    ...(principal.op === "All" ? [] : [put("for everybody", { principal: { op: "All" } })]),
    ...(action.op === "All" ? [] : [put("for every action", { action: { op: "All" } })]),
    ...(resource.op === "All" ? [] : [put("for every resource", { resource: { op: "All" } })]),
    ...entities.map((_, index) =>
      put(`without its action ${index}`, { action: { op: "in", entities: entities.toSpliced(index, 1) } }),
    ),
    ...conditions.flatMap((clause, index) => [
      put(`without its condition ${index}`, { conditions: conditions.toSpliced(index, 1) }),
      ...expressionMutants(clause.body).map(({ what, json: body }) =>
        put(`condition ${index} ${what}`, {
          conditions: conditions.toSpliced(index, 1, { ...clause, body }),
        }),
      ),
    ]),
  ];
}

function expressionMutants(body: cedar.Expr): Mutant<cedar.Expr>[] {
  return [{ what: "negated", json: { "!": { arg: body } } }, ...partMutants(body)];
}

function partMutants(body: cedar.Expr): Mutant<cedar.Expr>[] {
  const [operator = "", operands] = Object.entries(body)[0] ?? [];
  const isLogical = ["&&", "||"].includes(operator);
  if (!isLogical && !["<", "<=", ">", ">=", "==", "!=", "contains"].includes(operator)) return [];
  const { left, right } = operands as { left: cedar.Expr; right: cedar.Expr }; // as these operators have them
  const sideMutants = isLogical ? expressionMutants : valueMutants;
  const put = (sides: object) => ({ [operator]: { left, right, ...sides } }) as cedar.Expr; // of the same operator
  return [
    ...(isLogical ? [{ what: "without its left part", json: right }] : []),
    ...(isLogical ? [{ what: "without its right part", json: left }] : []),
    ...sideMutants(left).map(({ what, json }) => ({ what, json: put({ left: json }) })),
    ...sideMutants(right).map(({ what, json }) => ({ what, json: put({ right: json }) })),
  ];
}

function valueMutants(value: cedar.Expr): Mutant<cedar.Expr>[] {
  if ("Value" in value && typeof value.Value === "number") {
    const number = value.Value;
    return [number - 1, number + 1].map((shifted) => ({
      what: `with ${shifted} for ${number}`,
      json: { Value: shifted },
    }));
  }
  if ("Set" in value) {
    const elements = value.Set as cedar.Expr[]; // as sets have them
    return elements.map((_, index) => ({
      what: `without element ${index}`,
      json: { Set: elements.toSpliced(index, 1) },
    }));
  }
  return [];
}

function isNoticed(id: string, { json }: Mutant<cedar.PolicyJson | null>): boolean {
  const texts = policies.flatMap((each) => (each.id !== id ? [each.text] : json ? [textOf(json)] : []));
  // The policies are one text, which is parsed faster. They keep one name, because parsed policies are never freed.
  cedar.preparsePolicySet("mutant", { staticPolicies: texts.join("\n") });
  const likely = decidedBy.get(id) ?? [];
  return [...likely, ...cases].some(isWrong);
}

/** Whether the decision itself differs; another reason doesn't count. */
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
