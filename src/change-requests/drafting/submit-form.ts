import { type AuditEvent, rejectedAttempt } from "../../audit/index.ts";
import type {
  Authorizer,
  ChannelContext,
  Freshness,
  PeopleDirectory,
  Person,
} from "../../authorization/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { ChannelContexts } from "../confidentiality/channel-contexts.ts";
import { createRequest, type RequestToCreate } from "../lifecycle/create-request.ts";
import { createRecordForgery } from "../lifecycle/record-attempts.ts";
import type { BulkDraft } from "../model/bulk-draft.ts";
import type { Change } from "../model/change.ts";
import type { OperatorRef } from "../model/change-request.ts";
import { FormError, type FormFaults } from "../model/form-faults.ts";
import { DraftGoneError, DraftOfAnotherError } from "../model/request-errors.ts";
import { assertDeciding } from "../policy/assert-deciding.ts";
import { createCheckInvited } from "../policy/check-invited.ts";
import type { PolicyInput } from "../policy/policy-facts.ts";
import { areSatisfied, requirementsOf } from "../policy/requirements.ts";
import type { Draft, Stored, Transaction, UnitOfWork } from "../ports/storage.ts";
import type { RequestForm } from "./check-form.ts";

export interface SubmitFormOptions {
  readonly authorizer: Authorizer;
  readonly directory: PeopleDirectory;
  readonly channels: ChannelContexts;
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  /** How long a request stays open if the policies set no expiry. */
  readonly requestExpiryMs: number;
}

/** The common part of both kinds of drafts. */
type AnyDraft = Pick<Draft & BulkDraft, "id" | "opener" | "place" | "requestId" | "expiresAt">;

/** A valid form, before the policies decide about it. */
export interface AskedChange {
  readonly change: Change;
  /** The present policies. */
  readonly authorizer: Authorizer;
  /** The sender, as read just now. */
  readonly person: Person;
  /** The channel of the form; `null` if unknown. */
  readonly channel: ChannelContext | null;
}

type Judged =
  | "undoes"
  | "othersOpen"
  | "requester"
  | "emergency"
  | "policyHash"
  | "subjects"
  | "bulk"
  | "terms";

/** The policies' answer to a permitted form. */
export interface Judgement extends Pick<RequestToCreate, Judged> {
  /** One for each subject. */
  readonly policyInputs: readonly PolicyInput[];
  /** `null` if no number of approvals is enough. */
  readonly approvalsNeeded: number | null;
  /** Whether the facts for the policies still hold in this transaction. If not, the policies decide again. */
  isCurrent(tx: Transaction): Promise<boolean>;
}

/** The differences between forms of one subject and of a bulk. The subjects of a `Ready` draft were read. */
export interface FormKind<D extends AnyDraft, Ready extends D, Form extends RequestForm> {
  find(stored: Stored, draftId: string): Promise<D | null>;
  setRequest(tx: Transaction, draftId: string, requestId: number): Promise<void>;
  isReady(draft: D): draft is Ready;
  /** The change of the form, or the faults of its fields. @throws {DraftGoneError} if the draft has no change yet */
  check(draft: Ready, form: Form): { readonly change: Change } | { readonly faults: FormFaults };
  /** The greatest age of the group memberships for the policies. */
  freshness(draft: Ready): Freshness;
  /** Asks the policies about a form. @throws {ForbiddenError} if they forbid it, after auditing the attempt */
  judge(draft: Ready, asked: AskedChange): Promise<Judgement>;
  /** The details and the subject that a rejected form's audit entry takes from the draft. */
  rejection(draft: D): { readonly details: AuditEvent["details"]; readonly subject: string | null };
}

/**
 * Makes the function that turns a form into a request. A form that is sent twice leads to the same request. Each
 * refusal is audited.
 * @throws {FormError} with the fault of each field
 * @throws {AppError} any other refusal: of the draft, by the policies, or because the policies are not in force
 */
export function createSubmitForm<D extends AnyDraft, Ready extends D, Form extends RequestForm>(
  options: SubmitFormOptions,
  kind: FormKind<D, Ready, Form>,
) {
  const recordForgery = createRecordForgery(options);
  const checkInvited = createCheckInvited(options);
  const { directory, channels, uow, clock, requestExpiryMs } = options;

  return async function submitForm(draftId: string, slackUserId: string, form: Form): Promise<number> {
    const draft = await uow.read((stored) => kind.find(stored, draftId));
    if (!draft) return gone(slackUserId);
    if (draft.opener.slackUserId !== slackUserId) {
      await recordRejection({ slackUserId, email: null }, draft, "draft_of_another");
      throw new DraftOfAnotherError();
    }
    if (draft.requestId !== null) return draft.requestId;
    if (!kind.isReady(draft) || draft.expiresAt <= clock.now()) return gone(slackUserId);
    const checked = kind.check(draft, form);
    if ("faults" in checked) return rejectForm(draft, checked.faults);
    const { change } = checked;

    const authorizer = await options.authorizer.pin();
    const { opener, place } = draft;
    const [person, channel] = await Promise.all([
      directory.person(slackUserId, kind.freshness(draft)),
      channels.ofPlace(place),
    ]);
    const judgement = await kind.judge(draft, { change, authorizer, person, channel });
    const { policyInputs, approvalsNeeded, isCurrent, ...judged } = judgement;
    if (approvalsNeeded === null) {
      await recordRejection(judged.requester, draft, "never_permitted");
      throw new FormError({ reason: { kind: "never_permitted" } });
    }
    // An emergency waits for no approvals.
    const peopleAsked = judged.emergency ? [] : [...new Set(form.peopleAsked)];
    const requester = { ...opener, email: person.email };
    const requirements = requirementsOf({ approvalsNeeded, decisions: [] });
    const asking = { requester, place, policyInputs, requirements };
    const faults = await checkInvited(authorizer, peopleAsked, asking);
    if (faults) return rejectForm(draft, { people_asked: faults });

    const requestId = await uow.run(async (tx) => {
      const locked = await kind.find(tx, draftId);
      if (!locked) return null;
      if (locked.requestId !== null) return locked.requestId;
      await assertDeciding(tx, judged.policyHash);
      if (!(await isCurrent(tx))) return null;
      const { reason, ticket, legalHoldConfirmed } = form;
      const filledIn = { change, place, reason, ticket, legalHoldConfirmed, peopleAsked };
      const needsNoApproval = areSatisfied(requirements);
      const requested = { ...judged, ...filledIn, approvalsNeeded, needsNoApproval };
      const { id } = await createRequest(tx, requested, { at: clock.now(), requestExpiryMs });
      await kind.setRequest(tx, draftId, id);
      return id;
    });
    return requestId ?? submitForm(draftId, slackUserId, form);
  };

  async function gone(slackUserId: string): Promise<never> {
    await recordForgery(slackUserId, "request", "draft_gone");
    throw new DraftGoneError();
  }

  async function rejectForm(draft: D, faults: FormFaults): Promise<never> {
    await recordRejection(draft.opener, draft, "invalid_form", Object.keys(faults));
    throw new FormError(faults);
  }

  async function recordRejection(
    actor: OperatorRef,
    draft: D,
    fault: string,
    fields: readonly string[] = [],
  ): Promise<void> {
    const { details, subject } = kind.rejection(draft);
    const rejected = { action: "request", ...details, fault, fields };
    await uow.run((tx) =>
      tx.audit.append(rejectedAttempt({ actor, at: clock.now(), details: rejected, subject })),
    );
  }
}
