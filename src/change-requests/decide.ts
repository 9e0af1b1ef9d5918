import {
  type Authorizer,
  ForbiddenError,
  FRESH,
  type PeopleDirectory,
  type Person,
} from "../authorization/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { AppError } from "../kernel/errors.ts";
import { applyRequestEvent } from "./apply-event.ts";
import { type ChangeRequest, type Decision, nameOf, onlyTarget, validApprovals } from "./change-request.ts";
import { whyNotPermitted } from "./check-authority.ts";
import { changeFacts, subjectFacts } from "./policy-facts.ts";
import type { DecisionClick, RequestDisplay, Transaction, UnitOfWork } from "./ports.ts";
import { rejectedAttempt } from "./rejected-attempt.ts";
import {
  AlreadyApprovedByYouError,
  AlreadyDecidedError,
  CardOutOfDateError,
  OwnRequestError,
  RequestNotFoundError,
} from "./request-errors.ts";

export interface DecideOptions {
  readonly authorizer: Authorizer;
  readonly directory: PeopleDirectory;
  readonly uow: UnitOfWork;
  readonly display: RequestDisplay;
  readonly clock: Clock;
}

/** Characters of the snapshot's hash that a card's buttons carry. */
export const SHOWN_SNAPSHOT_LENGTH = 16;

/**
 * Makes the function that carries out a click on Approve or Deny: checks the person's authority anew,
 * decides once however many click, and starts the execution when the approvals suffice. Who is refused is
 * told so, alone; every refusal is audited.
 */
export function createDecide({ authorizer, directory, uow, display, clock }: DecideOptions) {
  return async function decide(click: DecisionClick): Promise<void> {
    try {
      await decideOrThrow(click);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await refuse(click, error);
    }
  };

  async function decideOrThrow(click: DecisionClick): Promise<void> {
    const request = await uow.run((tx) => tx.requests.get(click.requestId));
    if (!request) throw new RequestNotFoundError(click.requestId);
    if (wasHandled(request, click)) return;
    const target = onlyTarget(request);
    // Those of when the request was made count as well as those of now.
    const slackUserIds = [...target.slackUserIds, ...(await directory.idsByEmail(target.username))];
    const subject = subjectFacts(target.facts, slackUserIds);
    const change = changeFacts({
      change: request.change,
      held: target.facts.roles,
      requesterSlackId: request.requester.slackUserId,
      approvals: validApprovals(request).length,
      targets: request.targets.length,
    });
    const action = click.verdict === "approval" ? "approve" : "deny";
    const approver = await authorizer.authorizeChange(click.approverSlackId, action, {
      freshness: FRESH,
      subject,
      change,
      requestId: nameOf(click.requestId),
    });
    if (click.verdict === "denial") return uow.run((tx) => deny(tx, click, approver));
    const requester = await directory.person(request.requester.slackUserId, FRESH);
    const isNeverPermitted = authorizer.approvalsNeeded(requester, { subject, change }) === null;

    await uow.run(async (tx) => {
      const locked = await lockPending(tx, click, approver);
      if (!locked) return;
      if (clock.now() >= locked.expiresAt) {
        await applyRequestEvent(tx, locked, "deadline_passed", { actor: "bot", at: clock.now() });
        return;
      }
      if (isNeverPermitted) {
        const why = whyNotPermitted(authorizer, requester, { subject, change });
        await tx.requests.updateTarget(locked.id, target.position, { explanation: why });
        await applyRequestEvent(tx, locked, "requester_lost_authority", {
          actor: "bot",
          at: clock.now(),
          details: { why },
          policyHash: authorizer.policyHash,
        });
        return;
      }
      const decision = decisionOf(click, locked, approver);
      await tx.requests.addDecision(locked.id, decision);
      const cause = { actor: decision.approver, at: decision.at, policyHash: authorizer.policyHash };
      const decided: ChangeRequest = { ...locked, decisions: [...locked.decisions, decision] };
      const approvals = validApprovals(decided).length;
      await tx.audit.append({
        kind: "decision.approved",
        ...cause,
        requestId: nameOf(locked.id),
        subject: target.username,
        details: { snapshotHash: locked.snapshotHash, approvals, approvalsNeeded: locked.approvalsNeeded },
      });
      // The stricter of the policy when the request was made and of now.
      const allowed = authorizer.check(requester, "execute", {
        subject,
        change: { ...change, approvals },
      }).allowed;
      if (allowed && approvals >= locked.approvalsNeeded) {
        await applyRequestEvent(tx, decided, "enough_approvals", { ...cause, details: { approvals } });
        await tx.jobs.enqueue({ kind: "execute", requestId: locked.id });
      } else {
        const needed = authorizer.approvalsNeeded(requester, { subject, change }) ?? locked.approvalsNeeded;
        if (needed > locked.approvalsNeeded) await tx.requests.update(locked.id, { approvalsNeeded: needed });
        await tx.jobs.enqueue({ kind: "show_card", requestId: locked.id });
      }
    });
  }

  async function deny(tx: Transaction, click: DecisionClick, approver: Person): Promise<void> {
    const locked = await lockPending(tx, click, approver);
    if (!locked) return;
    const decision = decisionOf(click, locked, approver);
    const cause = { actor: decision.approver, at: decision.at, policyHash: authorizer.policyHash };
    if (validApprovals(locked).some((earlier) => isSamePerson(earlier.approver, approver))) {
      // Whoever approved before and denies now has changed their mind.
      await tx.requests.voidDecision(locked.id, decision.approver);
      const subject = onlyTarget(locked).username;
      await tx.audit.append({
        kind: "decision.voided",
        ...cause,
        requestId: nameOf(locked.id),
        subject,
        details: {},
      });
    }
    await tx.requests.addDecision(locked.id, decision);
    await applyRequestEvent(tx, locked, "denial", cause);
  }

  function decisionOf(
    { clickId, verdict }: DecisionClick,
    request: ChangeRequest,
    approver: Person,
  ): Decision {
    const { slackUserId, email } = approver;
    const { snapshotHash } = request;
    return { clickId, approver: { slackUserId, email }, verdict, snapshotHash, at: clock.now(), void: false };
  }

  /** Audits a click that did nothing, and has the person told, in one transaction. */
  async function refuse(click: DecisionClick, error: AppError): Promise<void> {
    const { approverSlackId: slackUserId, place } = click;
    await uow.run(async (tx) => {
      // What the policy forbids has been audited by the authorizer.
      if (!(error instanceof ForbiddenError)) {
        const details = { action: click.verdict, fault: error.code, message: error.message };
        const actor = { slackUserId, email: null };
        const requestId = nameOf(click.requestId);
        await tx.audit.append(rejectedAttempt({ at: clock.now(), actor, details, requestId }));
      }
      await tx.jobs.enqueue({ kind: "tell", slackUserId, place, words: display.refusal(error) });
    });
  }
}

/** The request, locked and still to be decided by this person; `null` if this very click did so already. */
async function lockPending(
  tx: Transaction,
  click: DecisionClick,
  approver: Person,
): Promise<ChangeRequest | null> {
  const request = await tx.requests.lock(click.requestId);
  if (!request) throw new RequestNotFoundError(click.requestId);
  if (wasHandled(request, click)) return null;
  const last = request.decisions.at(-1) ?? null;
  const byThisPerson = validApprovals(request).some(({ approver: earlier }) =>
    isSamePerson(earlier, approver),
  );
  if (request.state !== "pending") throw new AlreadyDecidedError(request.id, request.state, last);
  if (byThisPerson && click.verdict === "approval") throw new AlreadyApprovedByYouError(request.id);
  const shown = request.snapshotHash.slice(0, SHOWN_SNAPSHOT_LENGTH);
  if (click.shownSnapshot !== shown) throw new CardOutOfDateError(request.id);
  // The policy says so too; this holds whatever the policy says.
  if (isSamePerson(request.requester, approver)) throw new OwnRequestError();
  return request;
}

function wasHandled({ decisions }: ChangeRequest, { clickId }: DecisionClick): boolean {
  return decisions.some((decision) => decision.clickId === clickId);
}

function isSamePerson(
  a: { readonly slackUserId: string; readonly email: string | null },
  b: { readonly slackUserId: string; readonly email: string | null },
): boolean {
  return a.slackUserId === b.slackUserId || (a.email !== null && a.email === b.email);
}

export type Decide = ReturnType<typeof createDecide>;
