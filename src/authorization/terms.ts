import type { Person } from "./person.ts";
import type { PolicyEngine } from "./policy-engine.ts";
import type { ChangeAction, ChangeFacts, SubjectFacts } from "./questions.ts";

/** Deadlines and whom to ask, as the policies that apply to a change say; `null` where none says anything. */
export interface Terms {
  /** Hours until a request that is not decided expires. */
  readonly expiryHours: number | null;
  /** Minutes until those who could decide are reminded. */
  readonly remindAfterMinutes: number | null;
  /** Minutes until the request is escalated. */
  readonly escalateAfterMinutes: number | null;
  /** Handles of the user groups to be asked then. */
  readonly escalateTo: readonly string[];
  /** Hours within which an emergency change is to be ratified. */
  readonly ratifyWithinHours: number | null;
}

/** Annotations that are a number above 0, by the term they set. */
export const NUMBER_TERMS = [
  "expiryHours",
  "remindAfterMinutes",
  "escalateAfterMinutes",
  "ratifyWithinHours",
] as const;

/**
 * The terms of a change that somebody requests, or makes in an emergency. Each policy that applies to it
 * counts: those that permit the action or the execution, and those that forbid the execution until there
 * are enough approvals. The shortest time wins; whoever is named by any of them is asked.
 */
export function termsOf(
  engine: PolicyEngine,
  principal: Person,
  about: { subject: SubjectFacts; change: ChangeFacts },
  { action, approvalsNeeded }: { action: "request" | "emergency"; approvalsNeeded: number | null },
): Terms {
  const ask = (asked: ChangeAction, approvals: number) => {
    const change = { ...about.change, approvals };
    const decision = engine.decide({ principal, action: asked, subject: about.subject, change });
    return decision.allowed ? decision.policyIds : decision.denial.policyIds;
  };
  const ids = new Set([
    ...ask(action, 0),
    ...(action === "request" ? [...ask("execute", 0), ...ask("execute", approvalsNeeded ?? 0)] : []),
  ]);
  const annotations = [...ids].map((id) => engine.policy(id)?.annotations ?? {});
  const shortest = (term: (typeof NUMBER_TERMS)[number]) => {
    const times = annotations.flatMap((each) => (each[term] === undefined ? [] : [Number(each[term])]));
    return times.length > 0 ? Math.min(...times) : null;
  };
  return {
    expiryHours: shortest("expiryHours"),
    remindAfterMinutes: shortest("remindAfterMinutes"),
    escalateAfterMinutes: shortest("escalateAfterMinutes"),
    escalateTo: [...new Set(annotations.flatMap(({ escalateTo }) => handlesIn(escalateTo)))].sort(),
    ratifyWithinHours: shortest("ratifyWithinHours"),
  };
}

/** The handles of `@escalateTo("insider-risk-leads, security-managers")`. */
export function handlesIn(annotation: string | undefined): string[] {
  return (annotation ?? "").split(",").flatMap((each) => {
    const handle = each.trim().replace(/^@/, "");
    return handle === "" ? [] : [handle];
  });
}
