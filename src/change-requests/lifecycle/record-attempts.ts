import { attemptForbidden, rejectedAttempt } from "../../audit/index.ts";
import type { ForbiddenAttempt } from "../../authorization/index.ts";
import { uuidOf } from "../../kernel/canonical-json.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { UnitOfWork } from "../ports/storage.ts";

/**
 * Makes the function that audits a forbidden attempt: once, also if a stored click is carried out more than once.
 */
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

/**
 * Makes the function that audits a form or a button that is gone, or that the bot never made. The entry holds nothing of
 * its content, which its forger chose.
 */
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
