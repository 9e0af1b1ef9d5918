import { FRESH, RECENT } from "../../authorization/index.ts";
import type { Preflight } from "../../subjects/index.ts";
import { identityKeys, isSamePerson, subjectIdentityKeys } from "../confidentiality/identity-keys.ts";
import type { OperatorRef } from "../model/change-request.ts";
import { DraftGoneError } from "../model/request-errors.ts";
import type { TextPattern } from "../model/text-faults.ts";
import { changeFacts, subjectFacts } from "../policy/policy-facts.ts";
import { emergencyTerms } from "../policy/terms.ts";
import type { Draft } from "../ports/storage.ts";
import { checkForm, type DraftForm } from "./check-form.ts";
import { type AskedChange, createSubmitForm, type Judgement, type SubmitFormOptions } from "./submit-form.ts";

export interface SubmitDraftOptions extends SubmitFormOptions {
  /** Hours to the deadline of a ratification if the policies set none. */
  readonly ratifyWithinHours: number;
  /** `null`: any ticket is accepted. */
  readonly ticketPattern: TextPattern | null;
  /** The lengths in hours for which roles can be given. */
  readonly grantHours: readonly number[];
}

type ReadyDraft = Draft & { readonly facts: Preflight };

/** Makes the function that turns the form of a change of one subject into a request. */
export function createSubmitDraft(options: SubmitDraftOptions) {
  const { uow } = options;

  return createSubmitForm<Draft, ReadyDraft, DraftForm>(options, {
    find: ({ drafts }, draftId) => drafts.lock(draftId),
    setRequest: ({ drafts }, draftId, requestId) => drafts.update(draftId, { requestId }),
    isReady: (draft): draft is ReadyDraft => draft.facts !== null,

    check(draft, form) {
      const checked = checkForm(draft, form, options);
      if (!checked) throw new DraftGoneError();
      return checked;
    },

    freshness: ({ emergency }) => (emergency ? FRESH : RECENT),
    judge,
    rejection: ({ kind, facts }) => ({ details: { change: kind }, subject: facts?.username ?? null }),
  });

  async function judge(draft: ReadyDraft, asked: AskedChange): Promise<Judgement> {
    const { change, authorizer, person, channel } = asked;
    const { facts, slackUserIds } = draft;
    const { slackUserId } = draft.opener;
    // The Incydr user was read when the form opened, because Incydr may take longer than Slack waits for the answer to
    // a form.
    const requester: OperatorRef = { ...draft.opener, email: person.email };
    const subject = subjectFacts(facts, slackUserIds);
    const unratified = draft.emergency ? await uow.run((tx) => tx.requests.unratifiedOf(requester)) : [];
    const open = await uow.read(({ requests }) => requests.openOn(facts.userId));
    // The policies' answer must not tell the requester of open requests about the requester.
    const othersOpen = isSamePerson(identityKeys(requester), subjectIdentityKeys({ subject })) ? [] : open;
    const about = {
      subject,
      change: changeFacts({
        change,
        held: facts.roles,
        requesterSlackId: slackUserId,
        approvals: 0,
        targets: 1,
        unratifiedEmergencies: unratified.length,
        othersOpen: othersOpen.length,
        channel,
      }),
    };
    const action = draft.emergency ? "emergency" : "request";
    const freshness = draft.emergency ? FRESH : RECENT;
    const { policyHash } = await authorizer.authorizeChange(slackUserId, action, { freshness, ...about });
    return {
      undoes: draft.undo?.requestId ?? null,
      othersOpen,
      requester,
      approvalsNeeded: draft.emergency ? 0 : authorizer.approvalsNeeded(person, about),
      emergency: draft.emergency ? emergencyTerms(authorizer, person, about, options) : null,
      policyHash,
      subjects: [{ facts, slackUserIds }],
      bulk: null,
      terms: authorizer.terms(person, about),
      policyInputs: [about],
      async isCurrent({ requests }) {
        const isAnother =
          draft.emergency && (await requests.unratifiedOf(requester)).length !== unratified.length;
        return !isAnother && (await requests.lockOpenOn(facts.userId)).join() === open.join();
      },
    };
  }
}

export type SubmitDraft = ReturnType<typeof createSubmitDraft>;
