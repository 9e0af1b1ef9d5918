import { isDeepStrictEqual } from "node:util";
import { type Authorizer, FRESH, type Person } from "../../authorization/index.ts";
import type { SubjectReader, SubjectState } from "../../subjects/index.ts";
import {
  type ClickOptions,
  createCarryOutClick,
  type Permission,
  permitAction,
} from "../clicks/carry-out-click.ts";
import {
  identityKeys,
  isSamePerson,
  readPeopleNow,
  subjectIdentityKeys,
} from "../confidentiality/identity-keys.ts";
import { subjectSlackIds } from "../confidentiality/subject-slack-ids.ts";
import { applyRequestEvent } from "../lifecycle/apply-event.ts";
import { decisionApproved } from "../lifecycle/request-audit-entries.ts";
import { type ChangeRequest, nameOf, onlyTarget, validApprovals } from "../model/change-request.ts";
import type { DecisionClick } from "../model/click.ts";
import { findDrift, readSubjectNow } from "../model/find-drift.ts";
import { RequestNotFoundError } from "../model/request-errors.ts";
import { approvalsNeededForAll, authorizeForAll, denialForAny } from "../policy/authorize-all.ts";
import { whyNotPermitted } from "../policy/check-authority.ts";
import { assertCardChannel, assertDecidable, decisionOf, isDecidedBy } from "../policy/decidable.ts";
import { type PolicyInput, subjectFacts } from "../policy/policy-facts.ts";
import { areSatisfied, requirementsOf, stricterCount } from "../policy/requirements.ts";
import type { Transaction } from "../ports/storage.ts";
import { createDeny } from "./deny.ts";

/** Makes the function that carries out a click on Approve, or a denial with its reason. */
export function createDecide(options: ApproveOptions) {
  const approve = createApprove(options);
  const deny = createDeny(options);
  return (click: DecisionClick): Promise<void> => (click.verdict === "approval" ? approve : deny)(click);
}

interface ApproveOptions extends ClickOptions {
  readonly subjects: SubjectReader;
}

/**
 * Makes the function that carries out a click on Approve. The request is executed once the policies permit it with its
 * approvals. It becomes stale if its subject has changed since the snapshot.
 */
function createApprove(options: ApproveOptions): (click: DecisionClick) => Promise<void> {
  const { directory, subjects, clock } = options;

  return createCarryOutClick(options, () => "approval", {
    isDone: isDecidedBy,

    async prepare({ slackUserId, clickId }, request) {
      // If Slack does not answer, the refusal of the permission comes first.
      const peopleNow = readPeopleNow(request, directory);
      peopleNow.catch(() => undefined);
      const how = { madeUnder: request.policyHash, attemptId: clickId };
      const permitted = await permitAction(options, request, { slackUserId, action: "approve", ...how });
      await assertCardChannel(request.id, permitted.policyInputs, options.channels);
      const people = await peopleNow;
      const [requester, subject] = await Promise.all([
        directory.person(request.requester.slackUserId, FRESH),
        readSubjectNow(request, subjects),
      ]);
      const drift = findDrift(request, subject);
      const isAsShown = drift === null && subject !== null && subject !== "gone";
      const { authorizer, person, policyInputs } = isAsShown
        ? await permitByPresentFacts(permitted, request, subject)
        : permitted;
      const { policyHash } = authorizer;
      const judgement = await judgeExecution(authorizer, requester, { request, policyInputs });
      return { policyHash, person, people, drift, ...judgement };
    },

    async apply(tx, locked, facts, click) {
      const { person, policyHash, needed, whyNever } = facts;
      assertDecidable(locked, click, { approver: identityKeys(person), people: facts.people });
      const at = clock.now();
      if (at >= locked.decideBy) {
        await applyRequestEvent(tx, locked, "deadline_passed", { actor: "bot", at });
        return;
      }
      if (needed === null) {
        const cause = { actor: "bot", at, details: { why: whyNever }, policyHash } as const;
        await tx.requests.updateTarget(locked.id, 0, { explanation: whyNever });
        await applyRequestEvent(tx, locked, "requester_lost_authority", cause);
        return;
      }
      if (facts.drift !== null) return becomeStale(tx, click, locked, facts.drift);
      const decision = decisionOf(click, locked, person, at);
      await tx.requests.addDecision(locked.id, decision);
      const cause = { actor: decision.approver, at, policyHash: person.policyHash };
      const decided: ChangeRequest = { ...locked, decisions: [...locked.decisions, decision] };
      const approvals = validApprovals(decided).length;
      await tx.audit.append(decisionApproved(locked, approvals, cause));
      // The number on the card counts as well, because people saw it.
      if (areSatisfied(requirementsOf(decided)) && (await facts.mayRunWith(approvals))) {
        await applyRequestEvent(tx, decided, "enough_approvals", { ...cause, details: { approvals } });
        await tx.jobs.enqueue({ kind: "execute", requestId: locked.id });
      } else {
        const approvalsNeeded = stricterCount(locked, needed);
        if (approvalsNeeded !== locked.approvalsNeeded)
          await tx.requests.update(locked.id, { approvalsNeeded });
        await tx.jobs.enqueue({ kind: "show_card", requestId: locked.id });
      }
    },
  });

  /** Asks the policies again if the subject's present facts differ from those of the request. */
  async function permitByPresentFacts(
    { authorizer, person, policyInputs }: Permission,
    request: ChangeRequest,
    state: SubjectState,
  ): Promise<Permission> {
    const { username } = state;
    const slackUserIds = await subjectSlackIds({ ...onlyTarget(request), username }, directory);
    const present = policyInputs.map(({ subject, change }) => ({
      subject: subjectFacts(state, [...subject.slackUserIds, ...slackUserIds]),
      change,
    }));
    // An account that became the subject's after the check of visibility must not learn of the request.
    if (present.some(({ subject }) => isSamePerson(identityKeys(person), subjectIdentityKeys({ subject }))))
      throw new RequestNotFoundError(request.id, "hidden_from_subject");
    if (isDeepStrictEqual(present, policyInputs)) return { authorizer, person, policyInputs };
    const asked = { freshness: FRESH, policyInputs: present, requestId: nameOf(request.id) };
    const permitted = await authorizeForAll(authorizer, person.slackUserId, "approve", asked);
    return { authorizer, person: permitted, policyInputs: present };
  }

  /** The approver has not seen the subject as it is now: the requester has to renew the request. */
  async function becomeStale(
    tx: Transaction,
    { slackUserId, place }: DecisionClick,
    request: ChangeRequest,
    drift: string,
  ): Promise<void> {
    const cause = { actor: "bot", at: clock.now(), details: { why: drift } } as const;
    await tx.requests.updateTarget(request.id, 0, { explanation: drift });
    await applyRequestEvent(tx, request, "subject_changed", cause);
    const notice = { kind: "approval_void", requestId: request.id, drift } as const;
    await tx.jobs.enqueue({ kind: "tell", slackUserId, place, notice });
  }
}

/** The number of approvals that the policies require, and whether a number is enough. */
interface ExecutionJudgement {
  /** The smallest number of approvals with which the request may run; `null` if no number is enough. */
  readonly needed: number | null;
  /** Why no number is enough; `null` if one is. */
  readonly whyNever: string | null;
  /** Evaluates the current policies and the policies of the request. */
  readonly mayRunWith: (approvals: number) => Promise<boolean>;
}

async function judgeExecution(
  authorizer: Authorizer,
  requester: Person,
  { request, policyInputs }: { request: ChangeRequest; policyInputs: readonly PolicyInput[] },
): Promise<ExecutionJudgement> {
  const needed = await approvalsNeededForAll(authorizer, requester, policyInputs);
  const whyNever = needed === null ? await whyNotPermitted(authorizer, requester, policyInputs) : null;
  const ask = async (approvals: number) => {
    const asked = policyInputs.map(({ subject, change }) => ({ subject, change: { ...change, approvals } }));
    return (await denialForAny(authorizer, requester, "execute", asked)) === null;
  };
  // The policies take long for 1,000 subjects, so the likely number is evaluated before the request is locked.
  const foreseen = validApprovals(request).length + 1;
  const mayRunAsForeseen = await ask(foreseen);
  const mayRunWith = async (approvals: number) =>
    approvals === foreseen ? mayRunAsForeseen : ask(approvals);
  return { needed, whyNever, mayRunWith };
}
