import type { Person } from "./person.ts";
import type { PolicyEngine } from "./policy-engine.ts";
import type { ChangeFacts, SubjectFacts } from "./questions.ts";

/** More are never asked for. */
export const MOST_APPROVALS = 5;

/** The smallest number of approvals with which a change may run; `null` if none would do. */
export function approvalsNeeded(
  engine: PolicyEngine,
  requester: Person,
  { subject, change }: { subject: SubjectFacts; change: ChangeFacts },
): number | null {
  for (let approvals = 0; approvals <= MOST_APPROVALS; approvals++) {
    const about = { subject, change: { ...change, approvals } };
    if (engine.decide({ principal: requester, action: "execute", ...about }).allowed) return approvals;
  }
  return null;
}
