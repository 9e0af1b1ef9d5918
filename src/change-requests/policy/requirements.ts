import type { Authorizer, ChangeAction, Denial, Person } from "../../authorization/index.ts";
import { type ChangeRequest, type Decision, validApprovals } from "../model/change-request.ts";
import { denialForAny, oneByOne } from "./authorize-all.ts";
import type { PolicyInput } from "./policy-facts.ts";

/** A number of approvals by people to whom the policies permit the same action. */
export interface Requirement {
  readonly people: { readonly permittedTo: Extract<ChangeAction, "approve"> };
  /** The number of different people who have to approve. */
  readonly count: number;
  /** The approvals that count, oldest first. */
  readonly satisfiedBy: readonly Decision[];
}

/** The approvals that a request needs before it is executed. Cards, reminders, invitations and decisions use it. */
export function requirementsOf({
  approvalsNeeded,
  decisions,
}: Pick<ChangeRequest, "approvalsNeeded" | "decisions">): readonly Requirement[] {
  if (approvalsNeeded === 0) return [];
  const satisfiedBy = validApprovals({ decisions });
  return [{ people: { permittedTo: "approve" }, count: approvalsNeeded, satisfiedBy }];
}

/** The larger of two numbers of approvals: of the policies at the request, and of the present ones. */
export function stricterCount({ approvalsNeeded }: Pick<ChangeRequest, "approvalsNeeded">, needed: number) {
  return Math.max(approvalsNeeded, needed);
}

/** The approvals of all requirements together. */
export interface ApprovalProgress {
  readonly needed: number;
  readonly given: number;
  readonly missing: number;
}

export function progressOf(requirements: readonly Requirement[]): ApprovalProgress {
  const sum = (of: (requirement: Requirement) => number) =>
    requirements.reduce((total, requirement) => total + of(requirement), 0);
  return {
    needed: sum(({ count }) => count),
    given: sum(({ satisfiedBy }) => satisfiedBy.length),
    missing: sum(({ count, satisfiedBy }) => Math.max(0, count - satisfiedBy.length)),
  };
}

/** Whether there are enough approvals. Before a change runs, the policies must permit it too. */
export function areSatisfied(requirements: readonly Requirement[]): boolean {
  return progressOf(requirements).missing === 0;
}

/** The policy input of a change with 0 to `count` - 1 approvals. */
function atEachApproval(
  policyInputs: readonly PolicyInput[],
  count: number,
): readonly (readonly PolicyInput[])[] {
  return Array.from({ length: count }, (_, approvals) =>
    policyInputs.map(({ subject, change }) => ({ subject, change: { ...change, approvals } })),
  );
}

/** A change to each of its subjects, with the approvals that it needs. */
export interface ToApprove {
  readonly policyInputs: readonly PolicyInput[];
  readonly requirements: readonly Requirement[];
}

/**
 * Why a person can give none of the approvals that a change needs; `null` if they can give one. Of several subjects
 * that differ only in their identity, the policies decide about one, because 1,000 would take seconds. Each approval is
 * checked for all.
 */
export async function whyNotDeciding(
  authorizer: Authorizer,
  person: Person,
  { policyInputs, requirements }: ToApprove,
): Promise<Denial | null> {
  const kinds = oneOfEachKind(policyInputs);
  let first: Denial | null = null;
  for (const { people, count } of requirements) {
    for (const then of atEachApproval(kinds, count)) {
      const denied = await denialForAny(authorizer, person, people.permittedTo, then);
      if (!denied) return null;
      first ??= denied.denial;
    }
  }
  return first;
}

/**
 * The handles of the groups whose members could give one of the approvals that a change needs, if nothing else forbids
 * it to them. Of several subjects that differ only in their identity, the policies decide about one.
 */
export async function groupsDeciding(
  authorizer: Authorizer,
  { policyInputs, requirements }: ToApprove,
): Promise<readonly string[]> {
  const kinds = oneOfEachKind(policyInputs);
  const groups = new Set<string>();
  for (const { people, count } of requirements) {
    for (const then of atEachApproval(kinds, count))
      for (const group of await groupsForAll(authorizer, people.permittedTo, then)) groups.add(group);
  }
  return [...groups];
}

/** The groups whose members could do something about a change to each of its subjects. */
async function groupsForAll(
  authorizer: Authorizer,
  action: Requirement["people"]["permittedTo"],
  policyInputs: readonly PolicyInput[],
): Promise<readonly string[]> {
  let common: readonly string[] | null = null;
  for await (const about of oneByOne(policyInputs)) {
    const decision = authorizer.check(IN_NO_GROUP, action, about);
    // Then anybody may do it to this subject, so that it rules out no group.
    if (decision.allowed) continue;
    const { whoCould } = decision.denial;
    common = common === null ? whoCould : common.filter((group) => whoCould.includes(group));
  }
  return common ?? [];
}

/** A person whom the policies permit nothing by a group. */
const IN_NO_GROUP: Person = {
  ...{ slackUserId: "nobody", displayName: "", email: null, groups: [], minutesInGroups: {} },
  ...{ isGuest: false, isBot: false, isDeactivated: false, isOtherCompany: false },
};

function oneOfEachKind(policyInputs: readonly PolicyInput[]): readonly PolicyInput[] {
  const kinds = new Map<string, PolicyInput>();
  for (const about of policyInputs) {
    const { userId: _id, username: _name, slackUserIds: _slackIds, ...kind } = about.subject;
    kinds.set(JSON.stringify([kind, about.change]), about);
  }
  return [...kinds.values()];
}
