import type { Person } from "./person.ts";
import type { PolicyEngine } from "./policy-engine.ts";
import type { SubjectChange } from "./questions.ts";

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
