import type { PolicyEngine } from "./policy-engine.ts";
import type { Question } from "./questions.ts";

export type Explanation =
  | { readonly allowed: true; readonly rules: readonly RulePlace[] }
  | {
      readonly allowed: false;
      /** `rule` is `null` if no policy permits the action. */
      readonly reasons: readonly { readonly reason: string; readonly rule: RulePlace | null }[];
      readonly whoCould: readonly string[];
    };

/** A policy and its place; `at` is `null` if no file has the policy. */
export interface RulePlace {
  readonly id: string;
  readonly at: { readonly file: string; readonly line: number } | null;
}

export function explain(engine: PolicyEngine, question: Question): Explanation {
  const decision = engine.decide(question);
  if (decision.allowed) return { allowed: true, rules: decision.policyIds.map((id) => placeOf(engine, id)) };
  const { policyIds, reasons, whoCould } = decision.denial;
  return {
    allowed: false,
    reasons: reasons.map((reason, index) => {
      const id = policyIds[index];
      return { reason, rule: id === undefined ? null : placeOf(engine, id) };
    }),
    whoCould,
  };
}

function placeOf(engine: PolicyEngine, id: string): RulePlace {
  const policy = engine.policy(id);
  return { id, at: policy ? { file: policy.file, line: policy.line } : null };
}
