import type { PolicyEngine } from "./policy-engine.ts";

/** Policies that can be exchanged while the bot runs: each question is answered by those of the moment. */
export interface LivePolicies extends PolicyEngine {
  replaceBy(engine: PolicyEngine): void;
}

/** Makes an engine out of one that others may take the place of. */
export function createLivePolicies(first: PolicyEngine): LivePolicies {
  let engine = first;
  return {
    decide: (question) => engine.decide(question),
    policy: (id) => engine.policy(id),
    get groups() {
      return engine.groups;
    },
    get hash() {
      return engine.hash;
    },
    pinned: () => engine,
    replaceBy(next) {
      engine = next;
    },
  };
}
