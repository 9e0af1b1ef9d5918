import { type Authorizer, FRESH } from "../../authorization/index.ts";
import { type IncydrReader, parseUserId } from "../../incydr/index.ts";
import type { Identify, Preflight, ReadPreflight } from "../../subjects/index.ts";
import { type ClickOptions, createCarryOutClick } from "../clicks/carry-out-click.ts";
import { subjectSlackIds } from "../confidentiality/subject-slack-ids.ts";
import { applyRequestEvent } from "../lifecycle/apply-event.ts";
import { approveWithoutApprovals, planReminders } from "../lifecycle/await-approvals.ts";
import { isInEffect } from "../model/change.ts";
import { type ChangeRequest, nameOf, onlyTarget } from "../model/change-request.ts";
import type { CardClick } from "../model/click.ts";
import { AlreadyDecidedError, NothingToDoError, NotRenewableError } from "../model/request-errors.ts";
import { hashSnapshots, snapshotOf } from "../model/snapshot.ts";
import { whyNotPermitted } from "../policy/check-authority.ts";
import { changeFacts, subjectFacts } from "../policy/policy-facts.ts";
import { areSatisfied, requirementsOf } from "../policy/requirements.ts";

export interface RenewOptions extends ClickOptions {
  readonly incydr: IncydrReader;
  readonly preflight: ReadPreflight;
  readonly identify: Identify;
}

/**
 * Makes the function that carries out a click on Renew. It checks the requester's authority, reads the subject again
 * and makes the decisions invalid. The request then waits for approvals of the present facts.
 */
export function createRenew(options: RenewOptions) {
  const { directory, incydr, preflight, identify, uow, clock } = options;

  return createCarryOutClick(options, () => "renew", {
    async prepare({ slackUserId, clickId }: CardClick, request) {
      if (slackUserId !== request.requester.slackUserId)
        throw new NotRenewableError({ why: "not_requester", requestId: request.id });
      assertStale(request);
      // As for a new request, only the current policies decide.
      const authorizer = await options.authorizer.pin({ attemptId: clickId });
      return { policyHash: authorizer.policyHash, ...(await readAgain(authorizer, request)) };
    },

    async apply(tx, locked, { policyHash, facts, slackUserIds, approvalsNeeded, terms }) {
      assertStale(locked);
      const { id, requester } = locked;
      const at = clock.now();
      const snapshot = snapshotOf(locked.change.kind, facts);
      const snapshotHash = hashSnapshots([snapshot]);
      const patch = { approvalsNeeded, snapshotHash, policyHash, renewals: locked.renewals + 1 };
      await tx.requests.update(id, patch);
      const { position } = onlyTarget(locked);
      const renewal = patch.renewals;
      await tx.requests.renewTarget(id, position, { facts, snapshot, slackUserIds, renewal, takenAt: at });
      await tx.requests.updateTarget(id, position, { explanation: null });
      await tx.requests.voidDecisions(id);
      const details = { snapshotHash, approvalsNeeded, legalHold: facts.legalHold.fact };
      const decisions = locked.decisions.map((decision) => ({ ...decision, void: true }));
      const cause = { actor: requester, at, policyHash, details };
      const renewed = await applyRequestEvent(tx, { ...locked, ...patch, decisions }, "renew", cause);
      await planReminders(tx, id, terms, at);
      if (locked.peopleAsked.length > 0) await tx.jobs.enqueue({ kind: "ask", requestId: id });
      if (areSatisfied(requirementsOf(renewed)))
        await approveWithoutApprovals(tx, renewed, { at, policyHash });
    },
  });

  /** Reads the subject, and the policies' answer to the change. */
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
      throw new NothingToDoError({ why: "in_effect", username: facts.username, requestId: id });
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
        // The card exists already, so only the place of the request counts.
        channel: await options.channels.ofPlace(request.place),
      }),
    };
    await authorizer.authorizeChange(requester.slackUserId, "request", {
      freshness: FRESH,
      ...about,
      requestId: nameOf(id),
    });
    const approvalsNeeded = authorizer.approvalsNeeded(person, about);
    if (approvalsNeeded === null) {
      const reason = await whyNotPermitted(authorizer, person, [about]);
      throw new NotRenewableError({ why: "not_permitted", reason });
    }
    return { facts, slackUserIds, approvalsNeeded, terms: authorizer.terms(person, about) };
  }
}

function assertStale({ id, state, decisions }: ChangeRequest): void {
  if (state !== "stale") throw new AlreadyDecidedError(id, state, decisions.at(-1) ?? null);
}

/** If legal hold became unreadable, the requester has to confirm it. Only a form can ask for that. */
function assertHoldStillKnown(id: number, before: Preflight, now: Preflight, matters: boolean): void {
  if (!matters || now.legalHold.fact !== "unknown" || before.legalHold.fact === "unknown") return;
  throw new NotRenewableError({ why: "hold_unreadable", requestId: id });
}
