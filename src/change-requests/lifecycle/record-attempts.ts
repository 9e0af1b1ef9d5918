import { type AuditEvent, attemptForbidden, rejectedAttempt } from "../../audit/index.ts";
import type { ForbiddenAttempt } from "../../authorization/index.ts";
import { uuidOf } from "../../kernel/canonical-json.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { AppError } from "../../kernel/errors.ts";
import { nameOf } from "../model/change-request.ts";
import type { UnitOfWork } from "../ports/storage.ts";

/** The audit entry of a refused action on a request, or by a click without one. */
export function rejectedOnRequest(
  { code, message }: AppError,
  attempt: { requestId: number | null; slackUserId: string; action: string; at: Date },
): AuditEvent {
  const { requestId, slackUserId, action, at } = attempt;
  const details = { action, fault: code, message };
  const actor = { slackUserId, email: null };
  return rejectedAttempt({ at, actor, details, requestId: requestId === null ? null : nameOf(requestId) });
}

/** Makes the function that audits a forbidden attempt; a stored click is audited once. */
export function createRecordForbidden({ uow, clock }: { uow: UnitOfWork; clock: Clock }) {
  return async function recordForbidden(attempt: ForbiddenAttempt): Promise<void> {
    const { slackUserId, action, about, reasons, policyIds, policyHash, attemptId } = attempt;
    const { asked = null, ...concerned } = about;
    const at = clock.now();
    await uow.run(async (tx) => {
      if (attemptId && !(await tx.clicks.claim(uuidOf(`${attemptId} forbidden`), at))) return;
      await tx.audit.append(
        attemptForbidden(
          { actor: { slackUserId, email: null }, at, policyHash },
          { action, asked, reasons, policies: policyIds },
          concerned,
        ),
      );
    });
  };
}

/** Makes the function that audits an expired or forged form or button. The entry has none of its content. */
export function createRecordForgery({ uow, clock }: { uow: UnitOfWork; clock: Clock }) {
  return async function recordForgery(
    slackUserId: string,
    action: string,
    fault: "draft_gone" | "forged" = "forged",
  ): Promise<void> {
    const attempt = { at: clock.now(), actor: { slackUserId, email: null }, details: { action, fault } };
    await uow.run((tx) => tx.audit.append(rejectedAttempt(attempt)));
  };
}

export type RecordForgery = ReturnType<typeof createRecordForgery>;
