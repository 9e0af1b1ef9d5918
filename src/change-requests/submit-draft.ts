import { type Authorizer, type PeopleDirectory, RECENT } from "../authorization/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Change } from "./change.ts";
import { nameOf, type OperatorRef } from "./change-request.ts";
import { changeFacts, subjectFacts } from "./policy-facts.ts";
import type { Draft, UnitOfWork } from "./ports.ts";
import { rejectedAttempt } from "./rejected-attempt.ts";
import { DraftGoneError, DraftOfAnotherError, FormError, type FormField } from "./request-errors.ts";
import { hashSnapshots, snapshotOf } from "./snapshot.ts";
import { firstRequestState } from "./state-machine.ts";

/** What somebody filled in. */
export interface DraftForm {
  readonly reason: string;
  readonly ticket: string;
  readonly roleIds: readonly string[];
  /** Whether they ticked that legal hold was checked by other means. */
  readonly legalHoldConfirmed: boolean;
}

export interface SubmitDraftOptions {
  readonly authorizer: Authorizer;
  readonly directory: PeopleDirectory;
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  /** How long a request waits for its approvals and its execution. */
  readonly requestExpiryMs: number;
  /** What a ticket has to look like; `null` if anything will do. */
  readonly ticketPattern: RegExp | null;
}

const LONGEST_REASON = 1_000;
const LONGEST_TICKET = 100;

/**
 * Makes the function that turns a filled-in draft into a change request, in one transaction with its audit
 * entry and its card's job. Submitting the same draft twice leads to the same request.
 * @throws {FormError} with what is wrong field by field.
 * @throws {DraftGoneError | DraftOfAnotherError | ForbiddenError}
 */
export function createSubmitDraft(options: SubmitDraftOptions) {
  const { authorizer, directory, uow, clock, requestExpiryMs, ticketPattern } = options;

  return async function submitDraft(draftId: string, slackUserId: string, form: DraftForm): Promise<number> {
    const draft = await uow.run((tx) => tx.drafts.lock(draftId));
    if (!draft) throw new DraftGoneError();
    if (draft.opener.slackUserId !== slackUserId) {
      await recordRejection({ slackUserId, email: null }, draft, "draft_of_another");
      throw new DraftOfAnotherError();
    }
    if (draft.requestId !== null) return draft.requestId;
    const { facts, slackUserIds } = draft;
    if (!facts || draft.expiresAt <= clock.now()) throw new DraftGoneError();
    const change = await checkedChange(draft, form);

    const person = await directory.person(slackUserId, RECENT);
    const requester: OperatorRef = { slackUserId, email: person.email };
    const subject = subjectFacts(facts, slackUserIds);
    const about = changeFacts({ change, requesterSlackId: slackUserId, approvals: 0, targets: 1 });
    await authorizer.authorizeChange(slackUserId, "request", { freshness: RECENT, subject, change: about });
    const approvalsNeeded = authorizer.approvalsNeeded(person, { subject, change: about });
    if (approvalsNeeded === null) {
      await recordRejection(requester, draft, "never_permitted");
      throw new FormError({
        reason: "No number of approvals would let this change run; the policy rules it out.",
      });
    }

    return uow.run(async (tx) => {
      const locked = await tx.drafts.lock(draftId);
      if (!locked) throw new DraftGoneError();
      if (locked.requestId !== null) return locked.requestId;
      const createdAt = clock.now();
      const snapshot = snapshotOf(change.kind, facts);
      const request = await tx.requests.insert({
        state: firstRequestState("request"),
        change,
        requester,
        reason: form.reason.trim(),
        ticket: form.ticket.trim() || null,
        place: draft.place,
        approvalsNeeded,
        snapshotHash: hashSnapshots([snapshot]),
        policyHash: authorizer.policyHash,
        createdAt,
        expiresAt: new Date(createdAt.getTime() + requestExpiryMs),
        targets: [
          {
            position: 0,
            userId: facts.userId,
            username: facts.username,
            displayName: facts.displayName,
            slackUserIds,
            facts,
            snapshot,
            state: "waiting",
            attempts: 0,
            intent: null,
            explanation: null,
            settledAt: null,
          },
        ],
      });
      await tx.drafts.update(draftId, { requestId: request.id });
      await tx.audit.append({
        kind: "request.created",
        at: createdAt,
        actor: requester,
        requestId: nameOf(request.id),
        subject: facts.username,
        policyHash: authorizer.policyHash,
        details: {
          change: change.kind,
          roles: "roles" in change ? change.roles.map(({ name }) => name) : [],
          reason: request.reason,
          ticket: request.ticket,
          approvalsNeeded,
          snapshotHash: request.snapshotHash,
          legalHold: facts.legalHold.fact,
          legalHoldConfirmed: form.legalHoldConfirmed,
        },
      });
      await tx.jobs.enqueue({ kind: "show_card", requestId: request.id });
      await tx.jobs.enqueue({ kind: "expire", requestId: request.id }, { startAfter: request.expiresAt });
      return request.id;
    });
  };

  async function checkedChange(draft: Draft, form: DraftForm): Promise<Change> {
    const fields: Partial<Record<FormField, string>> = {};
    const reason = form.reason.trim();
    const ticket = form.ticket.trim();
    if (reason === "") fields.reason = "Say why: the approver and the audit log need a reason.";
    if (reason.length > LONGEST_REASON)
      fields.reason = `At most ${LONGEST_REASON} characters; these are ${reason.length}.`;
    if (ticket.length > LONGEST_TICKET) fields.ticket = `At most ${LONGEST_TICKET} characters.`;
    if (ticketPattern && !ticketPattern.test(ticket))
      fields.ticket = `A ticket has to look like ${ticketPattern.source}.`;
    if (
      draft.kind === "deactivate" &&
      draft.facts?.legalHold.fact === "unknown" &&
      !form.legalHoldConfirmed
    ) {
      fields.legal_hold = "Legal hold can't be read. Ask Legal, then tick this.";
    }
    const chosen = [...new Set(form.roleIds)];
    const roles = draft.roleOptions.filter(({ id }) => chosen.includes(id));
    if (draft.kind !== "deactivate") {
      if (chosen.length === 0) fields.roles = "Choose at least one role.";
      else if (roles.length < chosen.length)
        fields.roles = "One of these roles can't be chosen for this user.";
    }
    if (Object.keys(fields).length > 0) {
      await recordRejection(draft.opener, draft, "invalid_form", Object.keys(fields));
      throw new FormError(fields);
    }
    switch (draft.kind) {
      case "deactivate":
        return { kind: "deactivate" };
      case "add_roles":
      case "remove_roles":
        return { kind: draft.kind, roles };
      case null:
        throw new DraftGoneError();
    }
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
