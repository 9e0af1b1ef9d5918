import type { Clock } from "../../kernel/clock.ts";
import type { UnitOfWork } from "../ports/ports.ts";
import { rejectedAttempt } from "./rejected-attempt.ts";

/**
 * Makes the function that audits what came with a form or a button and can't be: one that is gone, or is none of the
 * bot's. What it says it is stands nowhere, since whoever forged it chose it.
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
