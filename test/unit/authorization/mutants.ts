import type * as cedar from "@cedar-policy/cedar-wasm/nodejs";

/** A policy with one thing changed; `policy` is `null` where it was deleted. */
export interface Mutant {
  readonly what: string;
  readonly policy: cedar.PolicyJson | null;
}

/**
 * Every policy that differs from this one in one thing: deleted, its effect reversed, its scope widened, an
 * action or a condition taken away, a condition or a part of one negated, a number shifted by one, an element
 * of a set taken away.
 */
export function mutantsOf(policy: cedar.PolicyJson): Mutant[] {
  const { effect, principal, action, resource, conditions } = policy;
  const put = (what: string, patch: Partial<cedar.PolicyJson>): Mutant => ({
    what,
    policy: { ...policy, ...patch },
  });
  const entities = action.op === "in" && "entities" in action ? action.entities : [];
  return [
    { what: "deleted", policy: null },
    put("its effect reversed", { effect: effect === "permit" ? "forbid" : "permit" }),
    ...(principal.op === "All" ? [] : [put("for everybody", { principal: { op: "All" } })]),
    ...(action.op === "All" ? [] : [put("for every action", { action: { op: "All" } })]),
    ...(resource.op === "All" ? [] : [put("for every resource", { resource: { op: "All" } })]),
    ...entities.map((_, index) =>
      put(`without its action ${index}`, { action: { op: "in", entities: entities.toSpliced(index, 1) } }),
    ),
    ...conditions.flatMap((clause, index) => [
      put(`without its condition ${index}`, { conditions: conditions.toSpliced(index, 1) }),
      ...expressionMutants(clause.body).map(({ what, body }) =>
        put(`condition ${index} ${what}`, {
          conditions: conditions.toSpliced(index, 1, { ...clause, body }),
        }),
      ),
    ]),
  ];
}

interface ExpressionMutant {
  readonly what: string;
  readonly body: cedar.Expr;
}

function expressionMutants(body: cedar.Expr): ExpressionMutant[] {
  return [{ what: "negated", body: { "!": { arg: body } } }, ...partMutants(body)];
}

function partMutants(body: cedar.Expr): ExpressionMutant[] {
  const [operator = "", operands] = Object.entries(body)[0] ?? [];
  if (operator === "&&" || operator === "||") {
    const { left, right } = operands as { left: cedar.Expr; right: cedar.Expr }; // as these operators have them
    return [
      { what: "without its left part", body: right },
      { what: "without its right part", body: left },
      ...inside(expressionMutants(left), (part) => ({ [operator]: { left: part, right } }) as cedar.Expr),
      ...inside(expressionMutants(right), (part) => ({ [operator]: { left, right: part } }) as cedar.Expr),
    ];
  }
  if (["<", "<=", ">", ">=", "==", "!=", "contains"].includes(operator)) {
    const { left, right } = operands as { left: cedar.Expr; right: cedar.Expr }; // as these operators have them
    return [
      ...inside(valueMutants(left), (part) => ({ [operator]: { left: part, right } }) as cedar.Expr),
      ...inside(valueMutants(right), (part) => ({ [operator]: { left, right: part } }) as cedar.Expr),
    ];
  }
  return [];
}

function valueMutants(value: cedar.Expr): ExpressionMutant[] {
  if ("Value" in value && typeof value.Value === "number") {
    const number = value.Value;
    return [number - 1, number + 1].map((shifted) => ({
      what: `with ${shifted} for ${number}`,
      body: { Value: shifted },
    }));
  }
  if ("Set" in value) {
    const elements = value.Set as cedar.Expr[]; // as sets have them
    return elements.map((_, index) => ({
      what: `without element ${index}`,
      body: { Set: elements.toSpliced(index, 1) },
    }));
  }
  return [];
}

function inside(
  mutants: readonly ExpressionMutant[],
  put: (body: cedar.Expr) => cedar.Expr,
): ExpressionMutant[] {
  return mutants.map(({ what, body }) => ({ what, body: put(body) }));
}
