import {
  type Authorizer,
  FRESH,
  type PeopleDirectory,
  type PermittedPerson,
} from "../../authorization/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { SubjectReader } from "../../subjects/index.ts";
import { createClickAnswer } from "../clicks/click-answer.ts";
import type { ChannelContexts } from "../confidentiality/channel-contexts.ts";
import { knownAs, readPeopleNow } from "../confidentiality/known-as.ts";
import type { VisibleRequest } from "../confidentiality/visible-request.ts";
import { applyRequestEvent } from "../lifecycle/apply-event.ts";
import {
  type ChangeRequest,
  type Decision,
  nameOf,
  type OperatorRef,
  subjectOf,
  validApprovals,
} from "../model/change-request.ts";
import type { DecisionClick } from "../model/click.ts";
import { findDrift } from "../model/find-drift.ts";
import { ReasonFaultError } from "../model/request-errors.ts";
import { decisionReasonFault } from "../model/text-faults.ts";
import { assertDeciding } from "../policy/assert-deciding.ts";
import { approvalsNeededForAll, authorizeForAll, denialForAny } from "../policy/authorize-all.ts";
import { whyNotPermitted } from "../policy/check-authority.ts";
import {
  approvalsBy,
  assertCardChannel,
  type Deciding,
  lockDecidable,
  wasDecidedBy,
} from "../policy/decidable.ts";
import { factsOfRequest } from "../policy/policy-facts.ts";
import type { RequestDisplay, Transaction, UnitOfWork } from "../ports/ports.ts";

export interface DecideOptions {
  readonly authorizer: Authorizer;
  readonly directory: PeopleDirectory;
  readonly channels: ChannelContexts;
  readonly subjects: SubjectReader;
  readonly uow: UnitOfWork;
  readonly visibleRequest: VisibleRequest;
  readonly display: RequestDisplay;
  readonly clock: Clock;
}

/**
 * Makes the function that carries out a click on Approve or Deny: checks the person's authority anew,
 * decides once however many click, and starts the execution when the approvals suffice. Who is refused is
 * told so, alone; every refusal is audited.
 */
export function createDecide(options: DecideOptions) {
  const { directory, subjects, visibleRequest, uow, display, clock } = options;
  const answered = createClickAnswer(options);
  return (click: DecisionClick): Promise<void> => answered(click, click.verdict, () => decideOrThrow(click));

  async function decideOrThrow(click: DecisionClick): Promise<void> {
    const stored = await uow.read(({ requests }) => requests.get(click.requestId));
    if (stored && wasDecidedBy(stored, click)) return;
    const request = await visibleRequest(click.requestId, click.slackUserId, { attemptId: click.clickId });
    const authorizer = await options.authorizer.pin({
      madeUnder: request.policyHash,
      attemptId: click.clickId,
    });
    const abouts = await factsOfRequest(request, options);
    const action = click.verdict === "approval" ? "approve" : "deny";
    const approver = await authorizeForAll(authorizer, click.slackUserId, action, {
      freshness: FRESH,
      abouts,
      requestId: nameOf(click.requestId),
    });
    if (action === "approve") await assertCardChannel(click.requestId, abouts, options.channels);
    const deciding = { approver: knownAs(approver), people: await readPeopleNow(request, directory) };
    if (click.verdict === "denial") return uow.run((tx) => deny(tx, click, approver, deciding));
    const [requester, drift] = await Promise.all([
      directory.person(request.requester.slackUserId, FRESH),
      findDrift(request, subjects),
    ]);
    const needed = await approvalsNeededForAll(authorizer, requester, abouts);
    const whyNever = needed === null ? await whyNotPermitted(authorizer, requester, abouts) : null;
    // By the policies of when it was made, and of now.
    const mayRunWith = async (approvals: number) => {
      const asked = abouts.map(({ subject, change }) => ({ subject, change: { ...change, approvals } }));
      return (await denialForAny(authorizer, requester, "execute", asked)) === null;
    };
    // Of a thousand subjects that takes a while: it is found out before anything is locked that others wait for.
    const foreseen = validApprovals(request).length + 1;
    const mayRunAsForeseen = await mayRunWith(foreseen);

    await uow.run(async (tx) => {
      const locked = await lockDecidable(tx, click, { ...deciding, at: clock.now() });
      if (!locked) return;
      await assertDeciding(tx, authorizer.policyHash);
      if (clock.now() >= locked.expiresAt) {
        await applyRequestEvent(tx, locked, "deadline_passed", { actor: "bot", at: clock.now() });
        return;
      }
      if (needed === null) {
        await tx.requests.updateTarget(locked.id, 0, { explanation: whyNever });
        await applyRequestEvent(tx, locked, "requester_lost_authority", {
          actor: "bot",
          at: clock.now(),
          details: { why: whyNever },
          policyHash: authorizer.policyHash,
        });
        return;
      }
      if (drift) return becomeStale(tx, click, locked, drift);
      const decision = decisionOf(click, locked, approver);
      await tx.requests.addDecision(locked.id, decision);
      const cause = { actor: decision.approver, at: decision.at, policyHash: approver.policyHash };
      const decided: ChangeRequest = { ...locked, decisions: [...locked.decisions, decision] };
      const approvals = validApprovals(decided).length;
      await tx.audit.append({
        kind: "decision.approved",
        ...cause,
        requestId: nameOf(locked.id),
        subject: subjectOf(locked),
        details: { snapshotHash: locked.snapshotHash, approvals, approvalsNeeded: locked.approvalsNeeded },
      });
      const mayRun = approvals === foreseen ? mayRunAsForeseen : await mayRunWith(approvals);
      // Never with fewer than the card has asked for.
      if (mayRun && approvals >= locked.approvalsNeeded) {
        await applyRequestEvent(tx, decided, "enough_approvals", { ...cause, details: { approvals } });
        await tx.jobs.enqueue({ kind: "execute", requestId: locked.id });
      } else {
        if (needed > locked.approvalsNeeded) await tx.requests.update(locked.id, { approvalsNeeded: needed });
        await tx.jobs.enqueue({ kind: "show_card", requestId: locked.id });
      }
    });
  }

  /** Nobody approves what they haven't seen: the requester has to renew the request first. */
  async function becomeStale(
    tx: Transaction,
    { slackUserId, place }: DecisionClick,
    request: ChangeRequest,
    drift: string,
  ): Promise<void> {
    const cause = { actor: "bot", at: clock.now(), details: { why: drift } } as const;
    await tx.requests.updateTarget(request.id, 0, { explanation: drift });
    await applyRequestEvent(tx, request, "subject_changed", cause);
    const name = nameOf(request.id);
    const words = display.notice([
      `Your approval of ${name} doesn't count: the subject has changed since. ${drift}`,
    ]);
    await tx.jobs.enqueue({ kind: "tell", slackUserId, place, words });
  }

  async function deny(
    tx: Transaction,
    click: DecisionClick,
    approver: PermittedPerson,
    deciding: Deciding,
  ): Promise<void> {
    const fault = decisionReasonFault(click.reason ?? "");
    if (fault !== null) throw new ReasonFaultError(fault);
    const locked = await lockDecidable(tx, click, { ...deciding, at: clock.now() });
    if (!locked) return;
    await assertDeciding(tx, approver.policyHash);
    const decision = decisionOf(click, locked, approver);
    const cause = { actor: decision.approver, at: decision.at, policyHash: approver.policyHash };
    const earlier = approvalsBy(locked, deciding);
    if (earlier.length > 0) {
      // Whoever approved before and denies now has changed their mind.
      for (const { approver } of earlier) await tx.requests.voidDecision(locked.id, approver);
      const subject = subjectOf(locked);
      await tx.audit.append({
        kind: "decision.voided",
        ...cause,
        requestId: nameOf(locked.id),
        subject,
        details: {},
      });
    }
    await tx.requests.addDecision(locked.id, decision);
    await applyRequestEvent(tx, locked, "denial", { ...cause, details: { reason: decision.reason } });
  }

  function decisionOf(
    { clickId, verdict, reason }: DecisionClick,
    request: ChangeRequest,
    approver: PermittedPerson,
  ): Decision {
    const { snapshotHash } = request;
    const stored = verdict === "denial" ? (reason?.trim() ?? null) : null;
    return {
      clickId,
      approver: operatorRefOf(approver),
      verdict,
      reason: stored,
      snapshotHash,
      at: clock.now(),
      void: false,
    };
  }
}

function operatorRefOf({ slackUserId, email, userId }: PermittedPerson): OperatorRef {
  return { slackUserId, email, ...(userId === null ? {} : { userId }) };
}

export type Decide = ReturnType<typeof createDecide>;
