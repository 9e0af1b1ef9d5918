import type { ChangeAction } from "./actions-and-kinds.ts";
import type { Person } from "./person.ts";
import type { PolicyEngine } from "./policy-engine.ts";
import type { SubjectChange } from "./questions.ts";

/** The deadlines and escalation of a change, from the policies that apply to it; `null` if none sets one. */
export interface Terms {
  readonly expiryHours: number | null;
  /** Minutes until possible approvers are reminded. */
  readonly remindAfterMinutes: number | null;
  readonly escalateAfterMinutes: number | null;
  /** Handles of the user groups that an escalation notifies. */
  readonly escalateTo: readonly string[];
  /** Hours until the ratification of an emergency change is overdue. */
  readonly ratifyWithinHours: number | null;
}

/** Annotations whose value is a number above 0. */
export const NUMBER_TERMS = [
  "expiryHours",
  "remindAfterMinutes",
  "escalateAfterMinutes",
  "ratifyWithinHours",
] as const;

/** The most approvals that a change can need. */
export const MOST_APPROVALS = 5;

/** The smallest number of approvals with which a change may run; `null` if no number suffices. */
export function approvalsNeeded(
  engine: PolicyEngine,
  requester: Person,
  { subject, change }: SubjectChange,
): number | null {
  for (let approvals = 0; approvals <= MOST_APPROVALS; approvals++) {
    const about = { subject, change: { ...change, approvals } };
    if (engine.decide({ principal: requester, action: "execute", ...about }).allowed) return approvals;
  }
  return null;
}

/**
 * The terms of a request or an emergency change. All policies that apply to it count: those that permit the action or
 * the execution, and those that forbid the execution until there are enough approvals. The shortest time counts, and an
 * escalation notifies every group that any of them names.
 */
export function termsOf(
  engine: PolicyEngine,
  principal: Person,
  about: SubjectChange,
  action: "request" | "emergency",
): Terms {
  const policiesFor = (each: ChangeAction, approvals: number) => {
    const change = { ...about.change, approvals };
    const decision = engine.decide({ principal, action: each, subject: about.subject, change });
    return decision.allowed ? decision.policyIds : decision.denial.policyIds;
  };
  const ids = new Set(policiesFor(action, 0));
  if (action === "request") {
    for (const approvals of [0, approvalsNeeded(engine, principal, about) ?? 0])
      for (const id of policiesFor("execute", approvals)) ids.add(id);
  }
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
  const handles = (annotation ?? "").split(",").map((each) => each.trim().replace(/^@/, ""));
  return handles.filter((handle) => handle !== "");
}
