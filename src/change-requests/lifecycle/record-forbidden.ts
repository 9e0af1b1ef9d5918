import type { ForbiddenAttempt } from "../../authorization/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { uuidOf } from "../../kernel/uuid-of.ts";
import type { UnitOfWork } from "../ports/ports.ts";

/**
 * Makes the function that puts a forbidden attempt into the audit log: once, however often a click that was kept is
 * carried out.
 */
export function createRecordForbidden({ uow, clock }: { uow: UnitOfWork; clock: Clock }) {
  return async function recordForbidden(attempt: ForbiddenAttempt): Promise<void> {
    const { slackUserId, action, about, reasons, policyIds, policyHash, attemptId } = attempt;
    const at = clock.now();
    await uow.run(async (tx) => {
      if (attemptId && !(await tx.clicks.claim(uuidOf(`${attemptId} forbidden`), at))) return;
      await tx.audit.append({
        kind: "attempt.forbidden",
        at,
        actor: { slackUserId, email: null },
        requestId: about.requestId ?? null,
        subject: about.subject ?? null,
        policyHash,
        details: { action, asked: about.asked ?? null, reasons: [...reasons], policies: [...policyIds] },
      });
    });
  };
}
