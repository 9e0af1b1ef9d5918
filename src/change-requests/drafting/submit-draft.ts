import { rejectedAttempt } from "../../audit/index.ts";
import { type Authorizer, FRESH, type PeopleDirectory, RECENT } from "../../authorization/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { ChannelContexts } from "../confidentiality/channel-contexts.ts";
import { isSamePerson, knownAs, subjectKnownAs } from "../confidentiality/known-as.ts";
import { createRequest } from "../lifecycle/create-request.ts";
import { createRecordForgery } from "../lifecycle/record-attempts.ts";
import type { Change } from "../model/change.ts";
import type { OperatorRef } from "../model/change-request.ts";
import { DraftGoneError, DraftOfAnotherError, FormError } from "../model/request-errors.ts";
import type { TextPattern } from "../model/text-faults.ts";
import { assertDeciding } from "../policy/assert-deciding.ts";
import { createCheckAsked } from "../policy/check-asked.ts";
import { changeFacts, subjectFacts } from "../policy/policy-facts.ts";
import { emergencyTerms } from "../policy/terms.ts";
import type { Draft, UnitOfWork } from "../ports/ports.ts";
import { checkForm, type DraftForm, type FormFaults } from "./check-form.ts";

export interface SubmitDraftOptions {
  readonly authorizer: Authorizer;
  readonly directory: PeopleDirectory;
  readonly channels: ChannelContexts;
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  /** How long a request waits for its approvals and its execution where no policy says so. */
  readonly requestExpiryMs: number;
  /** Within how many hours an emergency is to be ratified where no policy says. */
  readonly ratifyWithinHours: number;
  /** What a ticket has to look like; `null` if anything will do. */
  readonly ticketPattern: TextPattern | null;
  /** For how many hours roles may be given, beside for good. */
  readonly grantHours: readonly number[];
}

/**
 * Makes the function that turns a filled-in draft into a change request, in one transaction with its audit
 * entry and its card's job. Submitting the same draft twice leads to the same request.
 * @throws {FormError} with what is wrong field by field.
 * @throws {DraftGoneError | DraftOfAnotherError | ForbiddenError}
 */
export function createSubmitDraft(options: SubmitDraftOptions) {
  const recordForgery = createRecordForgery(options);
  const askedFault = createCheckAsked(options);
  const { directory, uow, clock, requestExpiryMs, ticketPattern, grantHours } = options;

  return async function submitDraft(draftId: string, slackUserId: string, form: DraftForm): Promise<number> {
    const draft = await uow.read(({ drafts }) => drafts.lock(draftId));
    if (!draft) return gone(slackUserId);
    if (draft.opener.slackUserId !== slackUserId) {
      await recordRejection({ slackUserId, email: null }, draft, "draft_of_another");
      throw new DraftOfAnotherError();
    }
    if (draft.requestId !== null) return draft.requestId;
    const { facts, slackUserIds } = draft;
    if (!facts || draft.expiresAt <= clock.now()) return gone(slackUserId);
    const change = await checkedChange(draft, form);

    const authorizer = await options.authorizer.pin();
    const freshness = draft.emergency ? FRESH : RECENT;
    const [person, channel] = await Promise.all([
      directory.person(slackUserId, freshness),
      options.channels.ofPlace(draft.place),
    ]);
    // The Incydr user is that of when the form was made: Incydr may take longer than a form may.
    const requester: OperatorRef = { ...draft.opener, email: person.email };
    const subject = subjectFacts(facts, slackUserIds);
    const unratified = draft.emergency ? await uow.run((tx) => tx.requests.unratifiedOf(requester)) : [];
    const open = await uow.read(({ requests }) => requests.openOn(facts.userId));
    // Nobody is told what is open about themselves, in whatever the policies answer.
    const othersOpen = isSamePerson(knownAs(requester), subjectKnownAs({ subject })) ? [] : open;
    const about = changeFacts({
      change,
      held: facts.roles,
      requesterSlackId: slackUserId,
      approvals: 0,
      targets: 1,
      unratifiedEmergencies: unratified.length,
      othersOpen: othersOpen.length,
      channel,
    });
    const asked = { subject, change: about };
    const action = draft.emergency ? "emergency" : "request";
    const { policyHash } = await authorizer.authorizeChange(slackUserId, action, { freshness, ...asked });
    const approvalsNeeded = draft.emergency ? 0 : authorizer.approvalsNeeded(person, asked);
    if (approvalsNeeded === null) {
      await recordRejection(requester, draft, "never_permitted");
      throw new FormError({
        reason: "No number of approvals would let this change run; the policy rules it out.",
      });
    }
    // Nobody is asked beforehand about what doesn't wait.
    const peopleAsked = draft.emergency ? [] : [...new Set(form.peopleAsked)];
    const asking = { requester, place: draft.place, abouts: [asked], approvalsNeeded };
    const fault = await askedFault(authorizer, peopleAsked, asking);
    if (fault) return rejectForm(draft, { people_asked: fault });
    const emergency = draft.emergency ? emergencyTerms(authorizer, person, asked, options) : null;

    const terms = authorizer.terms(person, asked);

    const requestId = await uow.run(async (tx) => {
      const locked = await tx.drafts.lock(draftId);
      if (!locked) throw new DraftGoneError();
      if (locked.requestId !== null) return locked.requestId;
      await assertDeciding(tx, policyHash);
      // Another emergency of theirs since the policy was asked: it is asked again with what is now.
      if (emergency && (await tx.requests.unratifiedOf(requester)).length !== unratified.length) return null;
      // The same where somebody else has asked for something about this user.
      if ((await tx.requests.lockOpenOn(facts.userId)).join() !== open.join()) return null;
      const { id } = await createRequest(
        tx,
        {
          change,
          undoes: draft.undo?.requestId ?? null,
          othersOpen,
          requester,
          reason: form.reason,
          ticket: form.ticket,
          peopleAsked,
          place: draft.place,
          approvalsNeeded,
          emergency,
          policyHash,
          legalHoldConfirmed: form.legalHoldConfirmed,
          subjects: [{ facts, slackUserIds }],
          bulk: null,
          terms,
        },
        { at: clock.now(), requestExpiryMs },
      );
      await tx.drafts.update(draftId, { requestId: id });
      return id;
    });
    return requestId ?? submitDraft(draftId, slackUserId, form);
  };

  async function checkedChange(draft: Draft, form: DraftForm): Promise<Change> {
    const checked = checkForm(draft, form, { ticketPattern, grantHours });
    if (!checked) throw new DraftGoneError();
    return "change" in checked ? checked.change : rejectForm(draft, checked.faults);
  }

  async function rejectForm(draft: Draft, faults: FormFaults): Promise<never> {
    await recordRejection(draft.opener, draft, "invalid_form", Object.keys(faults));
    throw new FormError(faults);
  }

  async function gone(slackUserId: string): Promise<never> {
    await recordForgery(slackUserId, "request", "draft_gone");
    throw new DraftGoneError();
  }

  async function recordRejection(
    actor: OperatorRef,
    draft: Draft,
    fault: string,
    fields: string[] = [],
  ): Promise<void> {
    const details = { action: "request", change: draft.kind, fault, fields };
    const subject = draft.facts?.username ?? null;
    await uow.run((tx) => tx.audit.append(rejectedAttempt({ at: clock.now(), actor, details, subject })));
  }
}

export type SubmitDraft = ReturnType<typeof createSubmitDraft>;
