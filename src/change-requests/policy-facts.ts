import type { ChangeFacts, SubjectFacts } from "../authorization/index.ts";
import type { RoleRef, SubjectState } from "../subjects/index.ts";
import { addsPrivileged, type Change } from "./change.ts";

/** What the policies are told of a subject. */
export function subjectFacts(facts: SubjectState, slackUserIds: readonly string[]): SubjectFacts {
  return {
    userId: facts.userId,
    username: facts.username,
    slackUserIds: [...new Set(slackUserIds)],
    active: facts.active,
    roleNames: facts.roles.map(({ name }) => name),
    privileged: facts.privileged,
    protected: facts.protected,
    legalHold: facts.legalHold.fact,
  };
}

/** What the policies are told of a change. */
export function changeFacts(options: {
  change: Change;
  /** The roles that the subject held when the change was asked for. */
  held: readonly RoleRef[];
  requesterSlackId: string;
  approvals: number;
  targets: number;
}): ChangeFacts {
  const { change, held, requesterSlackId, approvals, targets } = options;
  return {
    change: change.kind,
    addsPrivileged: addsPrivileged(change, held),
    requesterSlackId,
    approvals,
    targets,
  };
}
