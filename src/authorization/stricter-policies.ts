import type { Action } from "./actions-and-kinds.ts";
import type { PolicyEngine } from "./policy-engine.ts";
import type { Decision } from "./questions.ts";

/** Actions that bring a request nearer to its execution: the policies under which it was made must allow them too. */
const BOUND: ReadonlySet<Action> = new Set(["approve", "execute", "emergency", "ratify"]);

const STILL_BINDS =
  "So said the policies when this was requested, and that still binds it. To be judged by those of now alone, it has to be requested anew.";

/**
 * The policies for a request that was made under earlier policies. The current and the earlier policies must both allow
 * an action that brings the request nearer to its execution. For a denial or a cancellation the current ones suffice. If
 * `then` is `null`, because the earlier policies are not stored, only a denial or a cancellation is possible.
 */
export function stricterOf(now: PolicyEngine, then: PolicyEngine | null): PolicyEngine {
  const both: PolicyEngine = {
    ...now,
    decide(question) {
      const decision = now.decide(question);
      if (!decision.allowed || !BOUND.has(question.action)) return decision;
      if (!then) return unknown(question.action, now.hash);
      const earlier = then.decide(question);
      return earlier.allowed ? decision : stillBinding(earlier);
    },
    policy: (id) => now.policy(id) ?? then?.policy(id),
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
