import { type ClickOptions, createCarryOutClick, permitAction } from "../clicks/carry-out-click.ts";
import { createOpenReasonForm } from "../clicks/open-reason-form.ts";
import { identityKeys, readPeopleNow } from "../confidentiality/identity-keys.ts";
import { applyRequestEvent } from "../lifecycle/apply-event.ts";
import { decisionVoided } from "../lifecycle/request-audit-entries.ts";
import type { DecisionClick } from "../model/click.ts";
import { ReasonFaultError } from "../model/request-errors.ts";
import { reasonFault } from "../model/text-faults.ts";
import { approvalsBy, assertDecidable, decisionOf, isDecidedBy } from "../policy/decidable.ts";

/** Makes the function that carries out a denial. An earlier approval by the same approver becomes invalid. */
export function createDeny(options: ClickOptions): (click: DecisionClick) => Promise<void> {
  const { directory, clock } = options;
  return createCarryOutClick(options, () => "denial", {
    isDone: isDecidedBy,

    async prepare({ slackUserId, clickId, reason }, request) {
      // Only the current policies decide, because a denial leads to no execution.
      const how = { slackUserId, action: "deny", attemptId: clickId } as const;
      const { person } = await permitAction(options, request, how);
      const people = await readPeopleNow(request, directory);
      const fault = reasonFault(reason ?? "");
      if (fault !== null) throw new ReasonFaultError("decision", fault);
      return { policyHash: person.policyHash, person, people };
    },

    async apply(tx, locked, { person, people }, click) {
      const deciding = { approver: identityKeys(person), people };
      assertDecidable(locked, click, deciding);
      const decision = decisionOf(click, locked, person, clock.now());
      const cause = { actor: decision.approver, at: decision.at, policyHash: person.policyHash };
      const earlier = approvalsBy(locked, deciding);
      if (earlier.length > 0) {
        for (const { approver } of earlier) await tx.requests.voidDecision(locked.id, approver);
        await tx.audit.append(decisionVoided(locked, cause));
      }
      await tx.requests.addDecision(locked.id, decision);
      await applyRequestEvent(tx, locked, "denial", { ...cause, details: { reason: decision.reason } });
    },
  });
}

export type DenialOpening = Pick<DecisionClick, "requestId" | "slackUserId" | "shownSnapshot">;

/**
 * Makes the function that checks, before the form opens, whether the person may deny the request.
 * @throws {AppError} the refusal if they may not
 */
export function createOpenDenial(options: ClickOptions) {
  return createOpenReasonForm<DenialOpening>(options, "denial", async (opening, request) => {
    const { slackUserId, shownSnapshot } = opening;
    const how = { slackUserId, action: "deny", isForForm: true } as const;
    const { person } = await permitAction(options, request, how);
    const people = await readPeopleNow(request, options.directory);
    assertDecidable(
      request,
      { verdict: "denial", shownSnapshot },
      { approver: identityKeys(person), people },
    );
  });
}

export type OpenDenial = ReturnType<typeof createOpenDenial>;
