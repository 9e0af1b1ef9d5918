import type { PolicyEngine } from "./policy-engine.ts";
import type { Question } from "./questions.ts";

/** The answer of the policies to one question, with the rules behind it and who could. */
export type Explanation =
  | { readonly allowed: true; readonly rules: readonly RulePlace[] }
  | {
      readonly allowed: false;
      /** Sentences of the policies; `rule` is `null` if no policy permits it. */
      readonly reasons: readonly { readonly reason: string; readonly rule: RulePlace | null }[];
      /** Handles of groups. */
      readonly whoCould: readonly string[];
    };

/** A policy, and where it stands; `null` if no file has it. */
export interface RulePlace {
  readonly id: string;
  readonly at: { readonly file: string; readonly line: number } | null;
}

/** Why somebody may or may not do something, and who could. */
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
