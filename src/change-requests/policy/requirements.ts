import type { Authorizer, ChangeAction, Denial, Person } from "../../authorization/index.ts";
import { type ChangeRequest, type Decision, validApprovals } from "../model/change-request.ts";
import { denialForAny } from "./authorize-all.ts";
import type { PolicyInput } from "./policy-facts.ts";

/** Approvals that a request needs from people who are alike in what the policies permit them. */
export interface Requirement {
  /** The people whose approvals count: each person whom the policies permit this action. */
  readonly people: { readonly permittedTo: Extract<ChangeAction, "approve"> };
  /** By how many different people. */
  readonly count: number;
  /** The approvals that count towards it, oldest first. */
  readonly satisfiedBy: readonly Decision[];
}

/**
 * The approvals that a request needs before it is executed; an empty list if it needs none. Cards, reminders, invitations
 * and the checks of a decision read from it how many approvals are missing and who can give them.
 */
export function requirementsOf({
  approvalsNeeded,
  decisions,
}: Pick<ChangeRequest, "approvalsNeeded" | "decisions">): readonly Requirement[] {
  if (approvalsNeeded === 0) return [];
  const satisfiedBy = validApprovals({ decisions });
  return [{ people: { permittedTo: "approve" }, count: approvalsNeeded, satisfiedBy }];
}

/** The number of approvals that a request needs if the policies of now ask for `needed`: the larger of then and now. */
export function stricterCount({ approvalsNeeded }: Pick<ChangeRequest, "approvalsNeeded">, needed: number) {
  return Math.max(approvalsNeeded, needed);
}

/** Approvals over all requirements. */
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

/** Whether the approvals suffice by their number. Before a change runs, the policies are asked as well. */
export function areSatisfied(requirements: readonly Requirement[]): boolean {
  return progressOf(requirements).missing === 0;
}

/** The policy input of a change at each of so many approvals, the first one first. */
function atEachApproval(
  policyInputs: readonly PolicyInput[],
  count: number,
): readonly (readonly PolicyInput[])[] {
  return Array.from({ length: count }, (_, approvals) =>
    policyInputs.map(({ subject, change }) => ({ subject, change: { ...change, approvals } })),
  );
}

/** A change to each of its subjects, and the approvals that it needs. */
export interface ToApprove {
  readonly policyInputs: readonly PolicyInput[];
  readonly requirements: readonly Requirement[];
}

/**
 * Why a person can give none of the approvals that a change needs, neither the first nor a later one; `null` if they can.
 * Of subjects that differ only in their identity, the policies judge one. A thousand would take seconds, and each approval
 * is checked for all of them.
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

function oneOfEachKind(policyInputs: readonly PolicyInput[]): readonly PolicyInput[] {
  const kinds = new Map<string, PolicyInput>();
  for (const about of policyInputs) {
    const { userId: _id, username: _name, slackUserIds: _slackIds, ...kind } = about.subject;
    kinds.set(JSON.stringify([kind, about.change]), about);
  }
  return [...kinds.values()];
}
