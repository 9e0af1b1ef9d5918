import { rejectedAttempt } from "../../audit/index.ts";
import { type Authorizer, type PeopleDirectory, RECENT } from "../../authorization/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { ChannelContexts } from "../confidentiality/channel-contexts.ts";
import { type FormFaults, wordFaults } from "../drafting/check-form.ts";
import { createRequest } from "../lifecycle/create-request.ts";
import { createRecordForgery } from "../lifecycle/record-attempts.ts";
import { type BulkDraft, type BulkReading, faultCount } from "../model/bulk-draft.ts";
import type { OperatorRef } from "../model/change-request.ts";
import { DraftGoneError, DraftOfAnotherError, FormError } from "../model/request-errors.ts";
import type { TextPattern } from "../model/text-faults.ts";
import { assertDeciding } from "../policy/assert-deciding.ts";
import { approvalsNeededForAll, authorizeForAll } from "../policy/authorize-all.ts";
import { createCheckAsked } from "../policy/check-asked.ts";
import { changeFacts, subjectFacts } from "../policy/policy-facts.ts";
import type { UnitOfWork } from "../ports/ports.ts";

/** What somebody filled in after they saw what was found. */
export interface BulkForm {
  readonly reason: string;
  readonly ticket: string;
  /** Slack ids of those who are asked by name to approve. */
  readonly peopleAsked: readonly string[];
  /** Whether they ticked that legal hold was checked by other means. */
  readonly legalHoldConfirmed: boolean;
}

export interface SubmitBulkOptions {
  readonly authorizer: Authorizer;
  readonly directory: PeopleDirectory;
  readonly channels: ChannelContexts;
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  /** How long a request waits for its approvals and its execution where no policy says so. */
  readonly requestExpiryMs: number;
  readonly ticketPattern: TextPattern | null;
}

/** Whether legal hold of one of the subjects couldn't be read where the change depends on it. */
export function asksLegalHold({ change, subjects }: BulkReading): boolean {
  return change.kind === "deactivate" && subjects.some(({ facts }) => facts.legalHold.fact === "unknown");
}

/**
 * Makes the function that turns a bulk that was read into one change request with many targets. Sending the
 * same form twice leads to the same request.
 * @throws {FormError | DraftGoneError | DraftOfAnotherError | ForbiddenError}
 */
export function createSubmitBulk(options: SubmitBulkOptions) {
  const recordForgery = createRecordForgery(options);
  const askedFault = createCheckAsked(options);
  const { directory, uow, clock, requestExpiryMs, ticketPattern } = options;

  return async function submitBulk(draftId: string, slackUserId: string, form: BulkForm): Promise<number> {
    const draft = await uow.run((tx) => tx.bulkDrafts.lock(draftId));
    if (!draft) return gone(slackUserId);
    if (draft.opener.slackUserId !== slackUserId) {
      await recordRejection({ slackUserId, email: null }, draft, "draft_of_another");
      throw new DraftOfAnotherError();
    }
    if (draft.requestId !== null) return draft.requestId;
    const { reading } = draft;
    if (!reading || draft.expiresAt <= clock.now()) return gone(slackUserId);
    await assertFilledIn(draft, reading, form);

    const authorizer = await options.authorizer.pin();
    const [person, channel] = await Promise.all([
      directory.person(slackUserId, RECENT),
      options.channels.ofPlace(draft.place),
    ]);
    const { change, subjects } = reading;
    const abouts = subjects.map(({ facts, slackUserIds }) => ({
      subject: subjectFacts(facts, slackUserIds),
      change: changeFacts({
        change,
        held: facts.roles,
        requesterSlackId: slackUserId,
        approvals: 0,
        targets: subjects.length,
        channel,
      }),
    }));
    const { policyHash } = await authorizeForAll(authorizer, slackUserId, "request", {
      freshness: RECENT,
      abouts,
    });
    const approvalsNeeded = await approvalsNeededForAll(authorizer, person, abouts);
    if (approvalsNeeded === null) {
      await recordRejection(draft.opener, draft, "never_permitted");
      throw new FormError({
        reason: "No number of approvals would let this change run; the policy rules it out.",
      });
    }
    const peopleAsked = [...new Set(form.peopleAsked)];
    const fault = await askedFault(authorizer, peopleAsked, {
      requester: { ...draft.opener, email: person.email },
      place: draft.place,
      abouts,
      approvalsNeeded,
    });
    if (fault) return rejectForm(draft, { people_asked: fault });
    return store(draft, reading, { ...form, peopleAsked }, { approvalsNeeded, policyHash });
  };

  function store(
    draft: BulkDraft,
    reading: BulkReading,
    form: BulkForm,
    { approvalsNeeded, policyHash }: { approvalsNeeded: number; policyHash: string },
  ): Promise<number> {
    const { change, subjects, leftOut, terms } = reading;
    return uow.run(async (tx) => {
      const locked = await tx.bulkDrafts.lock(draft.id);
      if (!locked) throw new DraftGoneError();
      if (locked.requestId !== null) return locked.requestId;
      await assertDeciding(tx, policyHash);
      const { id } = await createRequest(
        tx,
        {
          change,
          undoes: null,
          othersOpen: [],
          requester: draft.opener,
          reason: form.reason,
          ticket: form.ticket,
          peopleAsked: form.peopleAsked,
          place: draft.place,
          approvalsNeeded,
          emergency: null,
          policyHash,
          legalHoldConfirmed: form.legalHoldConfirmed,
          subjects,
          bulk: { leftOut: leftOut.length, faults: faultCount(reading) },
          terms,
        },
        { at: clock.now(), requestExpiryMs },
      );
      await tx.bulkDrafts.update(draft.id, { requestId: id });
      return id;
    });
  }

  async function assertFilledIn(draft: BulkDraft, reading: BulkReading, form: BulkForm): Promise<void> {
    const isHoldUnchecked = asksLegalHold(reading) && !form.legalHoldConfirmed;
    const faults = {
      ...wordFaults(form, ticketPattern),
      ...(isHoldUnchecked
        ? { legal_hold: "Legal hold can't be read of some. Ask Legal, then tick this." }
        : {}),
    };
    if (Object.keys(faults).length > 0) await rejectForm(draft, faults);
  }

  async function rejectForm(draft: BulkDraft, faults: FormFaults): Promise<never> {
    await recordRejection(draft.opener, draft, "invalid_form", Object.keys(faults));
    throw new FormError(faults);
  }

  async function gone(slackUserId: string): Promise<never> {
    await recordForgery(slackUserId, "request", "draft_gone");
    throw new DraftGoneError();
  }

  async function recordRejection(
    actor: OperatorRef,
    { kind, reading }: BulkDraft,
    fault: string,
    fields: string[] = [],
  ): Promise<void> {
    // By whom it would be about it is decided who may read of it.
    const usernames = reading?.subjects.map(({ facts }) => facts.username) ?? [];
    const details = { action: "request", change: kind, bulk: true, fault, fields, usernames };
    await uow.run((tx) => tx.audit.append(rejectedAttempt({ at: clock.now(), actor, details })));
  }
}

export type SubmitBulk = ReturnType<typeof createSubmitBulk>;
