import { RECENT } from "../../authorization/index.ts";
import { type RequestForm, wordFaults } from "../drafting/check-form.ts";
import {
  type AskedChange,
  createSubmitForm,
  type Judgement,
  type SubmitFormOptions,
} from "../drafting/submit-form.ts";
import { type BulkDraft, type DryRun, faultCount } from "../model/bulk-draft.ts";
import type { TextPattern } from "../model/text-faults.ts";
import { approvalsNeededForAll, authorizeForAll } from "../policy/authorize-all.ts";
import { changeFacts, subjectFacts } from "../policy/policy-facts.ts";

export type BulkForm = RequestForm;

type ReadyBulk = BulkDraft & { readonly reading: DryRun };

/** Whether the requester has to confirm legal hold, because it could not be read for a subject. */
export function asksLegalHold({ change, subjects }: DryRun): boolean {
  return change.kind === "deactivate" && subjects.some(({ facts }) => facts.legalHold.fact === "unknown");
}

/** Makes the function that turns the form of a bulk into one request with many targets. */
export function createSubmitBulk(options: SubmitFormOptions & { ticketPattern: TextPattern | null }) {
  return createSubmitForm<BulkDraft, ReadyBulk, BulkForm>(options, {
    find: ({ bulkDrafts }, draftId) => bulkDrafts.lock(draftId),
    setRequest: ({ bulkDrafts }, draftId, requestId) => bulkDrafts.update(draftId, { requestId }),
    isReady: (draft): draft is ReadyBulk => draft.reading !== null,

    check({ reading }, form) {
      const isHoldUnchecked = asksLegalHold(reading) && !form.legalHoldConfirmed;
      const faults = {
        ...wordFaults(form, options.ticketPattern),
        ...(isHoldUnchecked ? { legal_hold: "not_confirmed_of_some" as const } : {}),
      };
      return Object.keys(faults).length > 0 ? { faults } : { change: reading.change };
    },

    freshness: () => RECENT,
    judge,

    rejection: ({ kind, reading }) => ({
      // The usernames decide who may read the entry.
      details: {
        change: kind,
        bulk: true,
        usernames: reading?.subjects.map(({ facts }) => facts.username) ?? [],
      },
      subject: null,
    }),
  });
}

async function judge({ opener, reading }: ReadyBulk, asked: AskedChange): Promise<Judgement> {
  const { change, authorizer, person, channel } = asked;
  const { subjects, leftOut, terms } = reading;
  const { slackUserId } = opener;
  const policyInputs = subjects.map(({ facts, slackUserIds }) => ({
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
  const how = { freshness: RECENT, policyInputs };
  const { policyHash } = await authorizeForAll(authorizer, slackUserId, "request", how);
  return {
    undoes: null,
    othersOpen: [],
    requester: { ...opener, email: person.email },
    approvalsNeeded: await approvalsNeededForAll(authorizer, person, policyInputs),
    emergency: null,
    policyHash,
    subjects,
    bulk: { leftOut: leftOut.length, faults: faultCount(reading) },
    terms,
    policyInputs,
    isCurrent: async () => true,
  };
}

export type SubmitBulk = ReturnType<typeof createSubmitBulk>;
