import {
  type Authorizer,
  ForbiddenError,
  FRESH,
  type PeopleDirectory,
  type Person,
  type PinOptions,
} from "../../authorization/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { AppError } from "../../kernel/errors.ts";
import { UnmappedOperatorError } from "../../subjects/index.ts";
import { createClickAnswer } from "../clicks/click-answer.ts";
import type { ChannelContexts } from "../confidentiality/channel-contexts.ts";
import { isSamePerson, knownAs, readPeopleNow, thenAndNow } from "../confidentiality/known-as.ts";
import type { VisibleRequest } from "../confidentiality/visible-request.ts";
import { awaitedRatification } from "../lifecycle/ratification.ts";
import { rejectedAttempt } from "../lifecycle/rejected-attempt.ts";
import { type ChangeRequest, nameOf, onlyTarget } from "../model/change-request.ts";
import type { CardClick, RatificationClick } from "../model/click.ts";
import { NothingToRatifyError, OwnRequestError, ReasonFaultError } from "../model/request-errors.ts";
import { nextRatificationState } from "../model/state-machine.ts";
import { decisionReasonFault } from "../model/text-faults.ts";
import { assertDeciding } from "../policy/assert-deciding.ts";
import { authorizeForAll } from "../policy/authorize-all.ts";
import { assertCardChannel, type Deciding } from "../policy/decidable.ts";
import { factsOfRequest } from "../policy/policy-facts.ts";
import type { RequestDisplay, UnitOfWork } from "../ports/ports.ts";

export interface RatifyOptions {
  readonly authorizer: Authorizer;
  readonly directory: PeopleDirectory;
  readonly channels: ChannelContexts;
  /** Finds the one Incydr user that a person is. @throws {UnmappedOperatorError | IdentityUnavailableError} */
  readonly identify: (person: Person) => Promise<string>;
  readonly uow: UnitOfWork;
  readonly visibleRequest: VisibleRequest;
  readonly display: RequestDisplay;
  readonly clock: Clock;
}

/** The second person's yes or no to an emergency change. */
export interface Ratifying {
  /** Carries out a click on Ratify, or a dispute with its reason. Who is refused is told so, alone. */
  ratify(click: RatificationClick): Promise<void>;
  /**
   * Checks, before somebody is asked for a reason, whether they may dispute; the dispute itself checks it again.
   * @throws {AppError} with why not, after it was audited.
   */
  openDispute(opening: Pick<CardClick, "requestId" | "slackUserId">): Promise<ChangeRequest>;
}

export function createRatifying(options: RatifyOptions): Ratifying {
  const { directory, identify, uow, clock } = options;
  const answered = createClickAnswer(options);

  return {
    ratify: (click) => answered(click, click.event, () => ratifyOrThrow(click)),

    async openDispute({ requestId, slackUserId }) {
      try {
        return (await authorized({ requestId, slackUserId }, { isForForm: true })).request;
      } catch (error) {
        // What the policy forbids has been audited by the authorizer.
        if (error instanceof AppError && !(error instanceof ForbiddenError)) {
          const details = { action: "dispute", fault: error.code, message: error.message };
          const attempt = { at: clock.now(), actor: { slackUserId, email: null }, details };
          await uow.run((tx) =>
            tx.audit.append(rejectedAttempt({ ...attempt, requestId: nameOf(requestId) })),
          );
        }
        throw error;
      }
    },
  };

  async function ratifyOrThrow({ clickId, requestId, slackUserId, event, reason }: RatificationClick) {
    const why = event === "dispute" ? (reason?.trim() ?? "") : null;
    const fault = why === null ? null : decisionReasonFault(why);
    if (fault !== null) throw new ReasonFaultError(fault);
    const { person, deciding } = await authorized({ requestId, slackUserId }, { attemptId: clickId });
    await uow.run(async (tx) => {
      const request = await tx.requests.lock(requestId);
      const at = clock.now();
      if (!request || !(await tx.clicks.claim(clickId, at))) return;
      await assertDeciding(tx, person.policyHash);
      const awaited = assertRatifiable(request, deciding);
      const { to, auditKind } = nextRatificationState(awaited.state, event);
      const by = { slackUserId: person.slackUserId, email: person.email };
      await tx.requests.saveRatification(requestId, {
        ...awaited,
        state: to,
        decision: { by, at, reason: why },
      });
      await tx.audit.append({
        kind: auditKind,
        at,
        actor: by,
        requestId: nameOf(requestId),
        subject: onlyTarget(request).username,
        policyHash: person.policyHash,
        details: { reason: why, overdue: awaited.overdue },
      });
      await tx.jobs.enqueue({ kind: "show_card", requestId });
      await tx.jobs.enqueue({ kind: "announce", requestId, topic: to });
      if (to === "disputed") await tx.jobs.enqueue({ kind: "sound_alarm", requestId, topic: to });
    });
  }

  async function authorized(
    { requestId, slackUserId }: Pick<CardClick, "requestId" | "slackUserId">,
    how: Pick<PinOptions, "attemptId" | "isForForm">,
  ) {
    const request = await options.visibleRequest(requestId, slackUserId, how);
    if (!request.emergency) throw new NothingToRatifyError(request);
    const authorizer = await options.authorizer.pin({ madeUnder: request.policyHash, ...how });
    const abouts = await factsOfRequest(request, options);
    const person = await authorizeForAll(authorizer, slackUserId, "ratify", {
      freshness: FRESH,
      abouts,
      requestId: nameOf(requestId),
    });
    const approver = knownAs(person);
    await assertCardChannel(requestId, abouts, options.channels);
    const people = await readPeopleNow(request, directory);
    const requester = people.get(request.requester.slackUserId);
    // Two Slack accounts that are one Incydr user are one person.
    if (person.userId && requester && person.userId === (await userIdOf(requester)))
      throw new OwnRequestError();
    const deciding = { approver, people };
    assertRatifiable(request, deciding);
    return { request, person, deciding };
  }

  /** The one Incydr user that somebody is now; `null` if they are none or several. */
  async function userIdOf(person: Person): Promise<string | null> {
    try {
      return await identify(person);
    } catch (error) {
      if (error instanceof UnmappedOperatorError) return null;
      throw error;
    }
  }
}

function assertRatifiable(request: ChangeRequest, { approver, people }: Deciding) {
  if (isSamePerson(thenAndNow(request.requester, people), approver)) throw new OwnRequestError();
  const awaited = awaitedRatification(request);
  if (!awaited) throw new NothingToRatifyError(request);
  return awaited;
}
