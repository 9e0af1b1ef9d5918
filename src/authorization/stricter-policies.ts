import type { PolicyEngine } from "./policy-engine.ts";
import type { Action, Decision } from "./questions.ts";

/** What brings a request nearer to its execution: for that the policies of when it was made count too. */
const BOUND: ReadonlySet<Action> = new Set(["approve", "execute", "emergency", "ratify"]);

const STILL_BINDS =
  "So said the policies when this was requested, and that still binds it. To be judged by those of now alone, it has to be requested anew.";

/**
 * The policies of now for a request that was made under earlier ones: what brings it nearer to its execution has to be
 * allowed by both. To deny or cancel it those of now suffice. `then` is `null` where they aren't kept: then
 * nothing brings it nearer.
 */
export function stricterOf(now: PolicyEngine, then: PolicyEngine | null): PolicyEngine {
  const both: PolicyEngine = {
    decide(question) {
      const decision = now.decide(question);
      if (!decision.allowed || !BOUND.has(question.action)) return decision;
      if (!then) return unknown(question.action, now.hash);
      const earlier = then.decide(question);
      return earlier.allowed ? decision : stillBinding(earlier);
    },
    policy: (id) => now.policy(id) ?? then?.policy(id),
    groups: now.groups,
    hash: now.hash,
    pinned: () => both,
  };
  return both;
}

function stillBinding({ denial }: Extract<Decision, { allowed: false }>): Decision {
  const { action, policyIds, reasons, policyHash } = denial;
  return {
    allowed: false,
    denial: {
      action,
      policyIds,
      reasons: [...reasons, STILL_BINDS],
      get whoCould() {
        return denial.whoCould;
      },
      policyHash,
    },
  };
}

function unknown(action: Action, policyHash: string): Decision {
  const reasons = ["The policies under which this was requested are not kept. Request it anew."];
  return { allowed: false, denial: { action, policyIds: [], reasons, whoCould: [], policyHash } };
}
