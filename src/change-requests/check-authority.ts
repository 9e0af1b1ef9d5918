import {
  type Authorizer,
  FRESH,
  type PeopleDirectory,
  type Person,
  UnknownPersonError,
} from "../authorization/index.ts";
import { type Identify, type SubjectState, UnmappedOperatorError } from "../subjects/index.ts";
import { denialForAny } from "./authorize-all.ts";
import { type ChangeRequest, type OperatorRef, type Target, validApprovals } from "./change-request.ts";
import { type About, changeFacts, subjectFacts } from "./policy-facts.ts";
import { subjectSlackIds } from "./subject-slack-ids.ts";

/** Whether an approved request may still be executed. */
export type Authority =
  | { readonly kind: "holds" }
  | { readonly kind: "requester_lost"; readonly why: string }
  /** The approvals that still stand don't suffice; those of `lost` are void. */
  | {
      readonly kind: "approvals_lost";
      readonly lost: readonly OperatorRef[];
      readonly approvalsNeeded: number;
      readonly why: string;
    };

/** Who is asked about the people of a request, and which Incydr user they are. */
export interface AskedPeople {
  readonly directory: PeopleDirectory;
  readonly identify: Identify;
}

/**
 * Asks again, right before a write, whether requester and approvers are still entitled: from what Slack
 * says of them now and Incydr of the subject.
 * @throws {DirectoryUnavailableError | IncydrError} when Slack or Incydr can't be asked.
 */
export async function checkAuthority(options: {
  request: ChangeRequest;
  target: Target;
  facts: SubjectState;
  authorizer: Authorizer;
  people: AskedPeople;
  /** Of the requester, beside this one; default 0. */
  unratifiedEmergencies?: number;
}): Promise<Authority> {
  const { request, target, facts, authorizer, unratifiedEmergencies = 0 } = options;
  const { directory, identify } = options.people;
  const subject = subjectFacts(facts, await subjectSlackIds(target, directory));
  const about = (approvals: number) => ({
    subject,
    change: changeFacts({
      change: request.change,
      held: target.facts.roles,
      requesterSlackId: request.requester.slackUserId,
      approvals,
      targets: request.targetCount,
      unratifiedEmergencies,
    }),
  });
  if (request.emergency) {
    const operator = await operatorOrNull(directory, identify, request.requester.slackUserId, "emergency");
    if (!operator) return { kind: "requester_lost", why: UNKNOWN_REQUESTER };
    const decision = authorizer.check(operator.person, "emergency", about(0));
    if (decision.allowed) return { kind: "holds" };
    const isForbidden = decision.denial.policyIds.length > 0;
    const why = isForbidden ? decision.denial.reasons.join(" ") : NOT_ENTITLED;
    return { kind: "requester_lost", why };
  }

  const approvals = validApprovals(request).filter(
    ({ snapshotHash }) => snapshotHash === request.snapshotHash,
  );
  const asking = await operatorOrNull(directory, identify, request.requester.slackUserId);
  if (!asking) return { kind: "requester_lost", why: UNKNOWN_REQUESTER };
  const requester = asking.person;
  const lost: OperatorRef[] = [];
  // Two Slack accounts that are one Incydr user, by the configured map say, are one person.
  const counted = new Set<string>([asking.userId]);
  for (const { approver } of approvals) {
    const operator = await operatorOrNull(directory, identify, approver.slackUserId);
    const isAnother = operator !== null && !counted.has(operator.userId);
    if (isAnother && authorizer.check(operator.person, "approve", about(approvals.length)).allowed) {
      counted.add(operator.userId);
    } else lost.push(approver);
  }
  const needed = authorizer.approvalsNeeded(requester, about(0));
  if (needed === null) {
    return { kind: "requester_lost", why: whyNotPermitted(authorizer, requester, [about(approvals.length)]) };
  }
  // The stricter of the policy when the request was made and of now.
  const approvalsNeeded = Math.max(needed, request.approvalsNeeded);
  if (approvals.length - lost.length < approvalsNeeded) {
    const why =
      lost.length > 0
        ? "An approver is no longer entitled to approve."
        : "The policy asks for more approvals now.";
    return { kind: "approvals_lost", lost, approvalsNeeded, why };
  }
  return { kind: "holds" };
}

const NOT_ENTITLED = "The requester is no longer entitled to this change.";
const UNKNOWN_REQUESTER = "The requester is no longer known in Slack, or no single Incydr user.";

/** Why no number of approvals would let a requester's change run. */
export function whyNotPermitted(authorizer: Authorizer, requester: Person, abouts: readonly About[]): string {
  // With more than any policy asks for, so that a lack of approvals isn't the reason.
  const approved = abouts.map(({ subject, change }) => ({ subject, change: { ...change, approvals: 100 } }));
  const denied = denialForAny(authorizer, requester, "execute", approved);
  // Without a policy that forbids it, it is the requester whom none permits it any more.
  return denied && denied.denial.policyIds.length > 0 ? denied.denial.reasons.join(" ") : NOT_ENTITLED;
}

/** A person who may do more than look up, and the one Incydr user they are; `null` if there is none or several. */
async function operatorOrNull(
  directory: PeopleDirectory,
  identify: Identify,
  slackUserId: string,
  lane: "emergency" | "interactive" = "interactive",
): Promise<{ person: Person; userId: string } | null> {
  try {
    const person = await directory.person(slackUserId, FRESH);
    const { userId } = await identify(person, lane);
    return { person, userId };
  } catch (error) {
    if (error instanceof UnknownPersonError || error instanceof UnmappedOperatorError) return null;
    throw error;
  }
}
