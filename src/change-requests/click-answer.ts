import { ForbiddenError } from "../authorization/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { AppError } from "../kernel/errors.ts";
import { nameOf } from "./change-request.ts";
import type { CardClick, RequestDisplay, UnitOfWork } from "./ports.ts";
import { rejectedAttempt } from "./rejected-attempt.ts";

export interface ClickAnswerOptions {
  readonly uow: UnitOfWork;
  readonly display: RequestDisplay;
  readonly clock: Clock;
}

/**
 * Makes the function that carries out a click: when the attempt is refused, it audits that and has the person
 * told, alone, in one transaction and once, however often the click is carried out.
 * @throws whatever is no refusal, so that the click is carried out again.
 */
export function createClickAnswer({ uow, display, clock }: ClickAnswerOptions) {
  return async function answered(
    { clickId, requestId, slackUserId, place }: CardClick,
    action: string,
    carryOut: () => Promise<void>,
  ): Promise<void> {
    try {
      await carryOut();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await uow.run(async (tx) => {
        if (!(await tx.clicks.claim(clickId, clock.now()))) return;
        // What the policy forbids has been audited by the authorizer.
        if (!(error instanceof ForbiddenError)) {
          const details = { action, fault: error.code, message: error.message };
          const actor = { slackUserId, email: null };
          await tx.audit.append(
            rejectedAttempt({ at: clock.now(), actor, details, requestId: nameOf(requestId) }),
          );
        }
        await tx.jobs.enqueue({ kind: "tell", slackUserId, place, words: display.refusal(error) });
      });
    }
  };
}
