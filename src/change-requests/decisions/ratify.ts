import type { Person, PinOptions } from "../../authorization/index.ts";
import { UnmappedOperatorError } from "../../subjects/index.ts";
import { type ClickOptions, createCarryOutClick, permitAction } from "../clicks/carry-out-click.ts";
import { createOpenReasonForm, type ReasonFormOpening } from "../clicks/open-reason-form.ts";
import { identityKeys, isSamePerson, readPeopleNow, thenAndNow } from "../confidentiality/identity-keys.ts";
import { awaitedRatification } from "../lifecycle/ratification.ts";
import { ratificationDecided } from "../lifecycle/request-audit-entries.ts";
import type { ChangeRequest } from "../model/change-request.ts";
import type { RatificationClick } from "../model/click.ts";
import { NothingToRatifyError, OwnRequestError, ReasonFaultError } from "../model/request-errors.ts";
import { nextRatificationState } from "../model/state-machine.ts";
import { reasonFault } from "../model/text-faults.ts";
import { assertCardChannel, type Deciding } from "../policy/decidable.ts";

export interface RatifyOptions extends ClickOptions {
  /**
   * Finds a person's one Incydr user. @throws {UnmappedOperatorError | IdentityUnavailableError} if it can't find it
   */
  readonly identify: (person: Person) => Promise<string>;
}

/** The ratification of an emergency change by a second person. */
export interface Ratifying {
  /** Carries out a click on Ratify, or a dispute with its reason. */
  ratify(click: RatificationClick): Promise<void>;
  /** Checks whether the person may dispute, before the form opens. @throws {AppError} after auditing the refusal. */
  openDispute(opening: ReasonFormOpening): Promise<ChangeRequest>;
}

export function createRatifying(options: RatifyOptions): Ratifying {
  const { directory, identify, clock } = options;

  return {
    ratify: createCarryOutClick(options, ({ event }: RatificationClick) => event, {
      async prepare({ slackUserId, clickId, event, reason }, request) {
        const why = event === "dispute" ? (reason?.trim() ?? "") : null;
        const fault = why === null ? null : reasonFault(why);
        if (fault !== null) throw new ReasonFaultError("decision", fault);
        const { person, deciding } = await permitRatifying(request, slackUserId, { attemptId: clickId });
        return { policyHash: person.policyHash, person, deciding, why };
      },

      async apply(tx, locked, { person, deciding, why }, { event }) {
        const awaited = assertRatifiable(locked, deciding);
        const move = nextRatificationState(awaited.state, event);
        const { to } = move;
        const { id: requestId } = locked;
        const at = clock.now();
        const by = { slackUserId: person.slackUserId, email: person.email };
        const decision = { by, at, reason: why };
        await tx.requests.saveRatification(requestId, { ...awaited, state: to, decision });
        const { policyHash } = person;
        const decided = { reason: why, overdue: awaited.overdue };
        await tx.audit.append(ratificationDecided(locked, move, decided, { actor: by, at, policyHash }));
        await tx.jobs.enqueue({ kind: "show_card", requestId });
        await tx.jobs.enqueue({ kind: "announce", requestId, topic: to });
        if (to === "disputed") await tx.jobs.enqueue({ kind: "sound_alarm", requestId, topic: to });
      },
    }),

    openDispute: createOpenReasonForm(options, "dispute", async ({ slackUserId }, request) => {
      await permitRatifying(request, slackUserId, { isForForm: true });
    }),
  };

  async function permitRatifying(
    request: ChangeRequest,
    slackUserId: string,
    how: Pick<PinOptions, "attemptId" | "isForForm">,
  ) {
    if (!request.emergency) throw new NothingToRatifyError(request);
    const { person, policyInputs } = await permitAction(options, request, {
      ...{ slackUserId, action: "ratify", madeUnder: request.policyHash },
      ...how,
    });
    await assertCardChannel(request.id, policyInputs, options.channels);
    const people = await readPeopleNow(request, directory);
    const requester = people.get(request.requester.slackUserId);
    // Two Slack accounts that are one Incydr user are one person.
    if (person.userId && requester && person.userId === (await userIdOf(requester)))
      throw new OwnRequestError();
    const deciding = { approver: identityKeys(person), people };
    assertRatifiable(request, deciding);
    return { person, deciding };
  }

  /** `null` if the person is no single Incydr user. */
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
