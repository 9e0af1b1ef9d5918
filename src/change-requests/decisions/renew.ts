import { type Authorizer, FRESH, type PeopleDirectory } from "../../authorization/index.ts";
import { type IncydrReader, parseUserId } from "../../incydr/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Identify, Preflight, ReadPreflight } from "../../subjects/index.ts";
import { createClickAnswer } from "../clicks/click-answer.ts";
import type { ChannelContexts } from "../confidentiality/channel-contexts.ts";
import { subjectSlackIds } from "../confidentiality/subject-slack-ids.ts";
import type { VisibleRequest } from "../confidentiality/visible-request.ts";
import { applyRequestEvent } from "../lifecycle/apply-event.ts";
import { approveWithoutApprovals } from "../lifecycle/approve-without-approvals.ts";
import { planReminders } from "../lifecycle/plan-reminders.ts";
import { isInEffect } from "../model/change.ts";
import { type ChangeRequest, nameOf, onlyTarget } from "../model/change-request.ts";
import type { CardClick } from "../model/click.ts";
import { AlreadyDecidedError, NothingToDoError, NotRenewableError } from "../model/request-errors.ts";
import { hashSnapshots, snapshotOf } from "../model/snapshot.ts";
import { assertDeciding } from "../policy/assert-deciding.ts";
import { whyNotPermitted } from "../policy/check-authority.ts";
import { changeFacts, subjectFacts } from "../policy/policy-facts.ts";
import type { RequestDisplay, UnitOfWork } from "../ports/ports.ts";

export interface RenewOptions {
  readonly authorizer: Authorizer;
  readonly directory: PeopleDirectory;
  readonly channels: ChannelContexts;
  readonly incydr: IncydrReader;
  readonly preflight: ReadPreflight;
  readonly identify: Identify;
  readonly uow: UnitOfWork;
  readonly visibleRequest: VisibleRequest;
  readonly display: RequestDisplay;
  readonly clock: Clock;
}

/**
 * Makes the function that carries out a click on Renew: the requester's authority is checked again, the
 * subject read anew, and the request waits for approvals of what is now; those that it had are void. Who is
 * refused is told so, alone; every refusal is audited.
 */
export function createRenew(options: RenewOptions) {
  const { directory, incydr, preflight, identify, visibleRequest, uow, clock } = options;
  const answered = createClickAnswer(options);

  return (click: CardClick): Promise<void> =>
    answered(click, "renew", async () => {
      const request = await visibleRequest(click.requestId, click.slackUserId, { attemptId: click.clickId });
      const { id, requester } = request;
      if (click.slackUserId !== requester.slackUserId)
        throw new NotRenewableError(`Only whoever asked for ${nameOf(id)} can renew it.`);
      assertStale(request);
      // As a new request would be: all that it had is void, and the policies of now decide alone.
      const authorizer = await options.authorizer.pin({ attemptId: click.clickId });
      const { facts, slackUserIds, approvalsNeeded, terms } = await readAgain(authorizer, request);
      const snapshot = snapshotOf(request.change.kind, facts);
      const snapshotHash = hashSnapshots([snapshot]);

      await uow.run(async (tx) => {
        const locked = await tx.requests.lock(id);
        const at = clock.now();
        if (!locked || !(await tx.clicks.claim(click.clickId, at))) return;
        await assertDeciding(tx, authorizer.policyHash);
        assertStale(locked);
        const { policyHash } = authorizer;
        const patch = { approvalsNeeded, snapshotHash, policyHash, renewals: locked.renewals + 1 };
        await tx.requests.update(id, patch);
        const { position } = onlyTarget(locked);
        await tx.requests.updateTarget(id, position, { facts, snapshot, slackUserIds, explanation: null });
        await tx.requests.voidDecisions(id);
        const details = { snapshotHash, approvalsNeeded, legalHold: facts.legalHold.fact };
        const cause = { actor: requester, at, policyHash };
        const decisions = locked.decisions.map((decision) => ({ ...decision, void: true }));
        const renewed = await applyRequestEvent(tx, { ...locked, ...patch, decisions }, "renew", {
          ...cause,
          details,
        });
        await planReminders(tx, id, terms, at);
        if (request.peopleAsked.length > 0) await tx.jobs.enqueue({ kind: "ask", requestId: id });
        await approveWithoutApprovals(tx, renewed, { at, policyHash });
      });
    });

  /** The subject as they are now, and what the policy asks for a change to them. */
  async function readAgain(authorizer: Authorizer, request: ChangeRequest) {
    const { id, change, requester, targetCount } = request;
    const target = onlyTarget(request);
    const person = await directory.person(requester.slackUserId, FRESH);
    const [user] = await Promise.all([
      incydr.users.getUser(parseUserId(target.userId), { lane: "interactive" }),
      identify(person),
    ]);
    const facts = await preflight(user);
    if (isInEffect(change, facts)) {
      throw new NothingToDoError(
        `${facts.username} is as ${nameOf(id)} would make them already. Nothing is left to do; cancel it.`,
      );
    }
    assertHoldStillKnown(id, target.facts, facts, change.kind === "deactivate");
    const slackUserIds = await subjectSlackIds({ ...target, username: facts.username }, directory);
    const open = await uow.read(({ requests }) => requests.openOn(target.userId));
    const about = {
      subject: subjectFacts(facts, slackUserIds),
      change: changeFacts({
        change,
        held: facts.roles,
        requesterSlackId: requester.slackUserId,
        approvals: 0,
        targets: targetCount,
        othersOpen: open.filter((other) => other !== id).length,
        // Its card stands there already; what is asked for is asked for where it was.
        channel: await options.channels.ofPlace(request.place),
      }),
    };
    await authorizer.authorizeChange(requester.slackUserId, "request", {
      freshness: FRESH,
      ...about,
      requestId: nameOf(id),
    });
    const approvalsNeeded = authorizer.approvalsNeeded(person, about);
    if (approvalsNeeded === null)
      throw new NotRenewableError(await whyNotPermitted(authorizer, person, [about]));
    return { facts, slackUserIds, approvalsNeeded, terms: authorizer.terms(person, about) };
  }
}

function assertStale({ id, state, decisions }: ChangeRequest): void {
  if (state !== "stale") throw new AlreadyDecidedError(id, state, decisions.at(-1) ?? null);
}

/** Where legal hold can't be read the requester has to confirm it, and only a form asks that. */
function assertHoldStillKnown(id: number, before: Preflight, now: Preflight, matters: boolean): void {
  if (!matters || now.legalHold.fact !== "unknown" || before.legalHold.fact === "unknown") return;
  throw new NotRenewableError(
    `Legal hold can't be read any more. Cancel ${nameOf(id)} and ask anew, so that you can confirm it with Legal.`,
  );
}

export type Renew = ReturnType<typeof createRenew>;
