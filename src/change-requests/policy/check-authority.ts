import {
  type Authorizer,
  FRESH,
  type PeopleDirectory,
  type Person,
  UnknownPersonError,
} from "../../authorization/index.ts";
import { type Identify, type SubjectState, UnmappedOperatorError } from "../../subjects/index.ts";
import type { ChannelContexts } from "../confidentiality/channel-contexts.ts";
import {
  asOne,
  type IdentityKeys,
  identityKeys,
  isSamePerson,
  subjectIdentityKeys,
} from "../confidentiality/identity-keys.ts";
import { subjectSlackIds } from "../confidentiality/subject-slack-ids.ts";
import {
  type ChangeRequest,
  type Decision,
  decidersOf,
  type OperatorRef,
  type Target,
  validApprovals,
} from "../model/change-request.ts";
import { denialForAny } from "./authorize-all.ts";
import { changeFacts, type PolicyInput, subjectFacts } from "./policy-facts.ts";
import { areSatisfied, requirementsOf, stricterCount } from "./requirements.ts";

/** Whether an approved request may still be executed. */
export type Authority =
  | { readonly kind: "holds" }
  | { readonly kind: "requester_lost"; readonly why: string }
  /** Too few approvals still count; the approvals of `lost` are invalid. */
  | {
      readonly kind: "approvals_lost";
      readonly lost: readonly OperatorRef[];
      readonly approvalsNeeded: number;
      readonly why: string;
    };

/** The sources of the people of a request and of their Incydr users. */
export interface PeopleSources {
  readonly directory: PeopleDirectory;
  readonly channels: ChannelContexts;
  /** Remembers Incydr users: the executor reads all people first, and `checkAuthority` then finds them without a call. */
  readonly identify: Identify;
}

/**
 * Checks, right before a write, whether the requester and the approvers are still entitled, by the present facts of
 * Slack and Incydr.
 * @throws {DirectoryUnavailableError | IncydrError} if these facts can't be read
 */
export async function checkAuthority(options: {
  request: ChangeRequest;
  target: Target;
  facts: SubjectState;
  authorizer: Authorizer;
  people: PeopleSources;
  /** Other unratified emergencies of the requester; default 0. */
  unratifiedEmergencies?: number;
}): Promise<Authority> {
  const { request, target, facts, authorizer, unratifiedEmergencies = 0 } = options;
  const { directory, channels } = options.people;
  // The username at the request, and the current one.
  const usernames = [...new Set([target.username, facts.username])];
  const slackUserIds = await Promise.all(
    usernames.map((username) => subjectSlackIds({ ...target, username }, directory)),
  );
  const subject = subjectFacts(facts, slackUserIds.flat());
  // People decided in the channel of the card. A later change of that channel voids no approval.
  const channel = await channels.ofNextCard(request.place, [subject]);
  const subjectKeys = usernames.map((username) => subjectIdentityKeys({ subject: { ...subject, username } }));
  const isSubject = (operator: Operator) =>
    subjectKeys.some((keys) => isSamePerson(operator.identityKeys, keys));
  const about = (approvals: number) => ({
    subject,
    change: changeFacts({
      change: request.change,
      held: target.facts.roles,
      requesterSlackId: request.requester.slackUserId,
      approvals,
      targets: request.targetCount,
      unratifiedEmergencies,
      othersOpen: request.othersOpen.length,
      channel,
    }),
  });
  const { requester: asking, approvers } = await readOperators(request, options.people);
  if (!asking) return { kind: "requester_lost", why: UNKNOWN_REQUESTER };
  if (isSubject(asking)) return { kind: "requester_lost", why: REQUESTER_IS_SUBJECT };
  const requester = asking.person;
  if (request.emergency) {
    const decision = authorizer.check(requester, "emergency", about(0));
    if (decision.allowed) return { kind: "holds" };
    const isForbidden = decision.denial.policyIds.length > 0;
    const why = isForbidden ? decision.denial.reasons.join(" ") : NOT_ENTITLED;
    return { kind: "requester_lost", why };
  }

  const approvals = approvalsOfSnapshot(request);
  const standing: Decision[] = [];
  const lost: OperatorRef[] = [];
  // Two Slack accounts that are, or were, one Incydr user or had one e-mail are one person.
  const counted = [asking.identityKeys];
  for (const [index, approval] of approvals.entries()) {
    const operator = approvers[index];
    const isAnother =
      operator &&
      !isSubject(operator) &&
      !counted.some((other) => isSamePerson(other, operator.identityKeys));
    if (isAnother && authorizer.check(operator.person, "approve", about(approvals.length)).allowed) {
      counted.push(operator.identityKeys);
      standing.push(approval);
    } else lost.push(approval.approver);
  }
  const needed = authorizer.approvalsNeeded(requester, about(0));
  if (needed === null) {
    const why = await whyNotPermitted(authorizer, requester, [about(approvals.length)]);
    return { kind: "requester_lost", why };
  }
  const approvalsNeeded = stricterCount(request, needed);
  if (!areSatisfied(requirementsOf({ approvalsNeeded, decisions: standing }))) {
    const why =
      lost.length > 0
        ? "An approver is no longer entitled to approve."
        : "The policy asks for more approvals now.";
    return { kind: "approvals_lost", lost, approvalsNeeded, why };
  }
  return { kind: "holds" };
}

const NOT_ENTITLED = "The requester is no longer entitled to this change.";
const REQUESTER_IS_SUBJECT = "The requester is, or was, the subject.";
const UNKNOWN_REQUESTER = "The requester is no longer known in Slack, or no single Incydr user.";

/** Why the requester's change may not run with any number of approvals. */
export async function whyNotPermitted(
  authorizer: Authorizer,
  requester: Person,
  policyInputs: readonly PolicyInput[],
): Promise<string> {
  // With more approvals than any policy requires, so that missing approvals are not the reason.
  const approved = policyInputs.map(({ subject, change }) => ({
    subject,
    change: { ...change, approvals: 100 },
  }));
  const denied = await denialForAny(authorizer, requester, "execute", approved);
  // If no policy forbids the change, no policy permits it to the requester any more.
  return denied && denied.denial.policyIds.length > 0 ? denied.denial.reasons.join(" ") : NOT_ENTITLED;
}

function approvalsOfSnapshot(request: ChangeRequest): readonly Decision[] {
  return validApprovals(request).filter(({ snapshotHash }) => snapshotHash === request.snapshotHash);
}

/**
 * Reads the requester and the approvers of the snapshot, in the order of the approvals; `null` for a person who is no
 * single Incydr user any more. @throws {DirectoryUnavailableError | IncydrError} if Slack or Incydr can't be read
 */
export async function readOperators(request: ChangeRequest, people: PeopleSources) {
  const lane = request.emergency ? "emergency" : "interactive";
  const approvals = request.emergency ? [] : approvalsOfSnapshot(request);
  const [requester, ...approvers] = await Promise.all([
    operatorOrNull(people, request.requester, lane),
    ...approvals.map((approval) => approverOrNull(people, approval, lane)),
  ]);
  return { requester, approvers };
}

/** An approver, with the keys of the person for whom they decided; `null` unless both are known. */
async function approverOrNull(
  people: PeopleSources,
  approval: Decision,
  lane: Lane,
): Promise<Operator | null> {
  const [approver, delegator] = await Promise.all(
    decidersOf(approval).map((operator) => operatorOrNull(people, operator, lane)),
  );
  if (!approver || delegator === null) return null;
  return delegator
    ? { ...approver, identityKeys: asOne(approver.identityKeys, delegator.identityKeys) }
    : approver;
}

type Lane = "emergency" | "interactive";

/** A person who may request or decide. */
interface Operator {
  readonly person: Person;
  /** The keys at the time of the action, and now. */
  readonly identityKeys: IdentityKeys;
}

/** `null` if the person is no single Incydr user any more. */
async function operatorOrNull(
  { directory, identify }: PeopleSources,
  acted: OperatorRef,
  lane: Lane,
): Promise<Operator | null> {
  try {
    const person = await directory.person(acted.slackUserId, FRESH);
    const { userId } = await identify(person, lane);
    return { person, identityKeys: identityKeys(acted, { ...person, userId }) };
  } catch (error) {
    if (error instanceof UnknownPersonError || error instanceof UnmappedOperatorError) return null;
    throw error;
  }
}
