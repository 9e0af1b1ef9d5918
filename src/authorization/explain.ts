import type { PolicyEngine } from "./policy-engine.ts";
import type { Decision, Question } from "./questions.ts";

/** What the policies say to one question, in sentences for people. */
export interface Explanation {
  readonly allowed: boolean;
  /** One sentence a line: the answer, the rules behind it, and who could. */
  readonly lines: readonly string[];
}

/** Why somebody may or may not do something, and who could. */
export function explain(
  engine: PolicyEngine,
  question: Question,
  names: { who: string; action: string },
): Explanation {
  const decision = engine.decide(question);
  const verdict = decision.allowed ? "may" : "may not";
  return {
    allowed: decision.allowed,
    lines: [`${names.who} ${verdict} ${names.action}.`, ...because(engine, decision)],
  };
}

function because(engine: PolicyEngine, decision: Decision): string[] {
  if (decision.allowed) return decision.policyIds.map((id) => `Permitted by ${whereIs(engine, id)}.`);
  const { policyIds, reasons, whoCould } = decision.denial;
  const rules = reasons.map((reason, index) => {
    const id = policyIds[index];
    return id === undefined ? reason : `${reason} (${whereIs(engine, id)})`;
  });
  const groups = whoCould.map((handle) => `@${handle}`).join(" or ");
  return [...rules, groups ? `Other members of ${groups} could.` : "Nobody could, as things are."];
}

/** The policy's name, with file and line. */
function whereIs(engine: PolicyEngine, id: string): string {
  const policy = engine.policy(id);
  return policy ? `${id}, ${policy.file}:${policy.line}` : id;
}
