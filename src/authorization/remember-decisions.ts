import type { Decision } from "./decision.ts";
import type { PolicyEngine } from "./policy-engine.ts";

/** The same policies, asked each question once: within one attempt several come up again, and Cedar takes its time. */
export function rememberDecisions(engine: PolicyEngine): PolicyEngine {
  const decisions = new Map<string, Decision>();
  const remembering: PolicyEngine = {
    decide(question) {
      const asked = JSON.stringify(question);
      const decision = decisions.get(asked) ?? engine.decide(question);
      decisions.set(asked, decision);
      return decision;
    },
    policy: (id) => engine.policy(id),
    groups: engine.groups,
    hash: engine.hash,
    pinned: () => remembering,
  };
  return remembering;
}
