import { ForbiddenError, IdentityUnavailableError, PoliciesDifferError } from "../authorization/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { AppError } from "../kernel/errors.ts";
import { uuidOf } from "../kernel/uuid-of.ts";
import { nameOf } from "./change-request.ts";
import type { CardClick } from "./click.ts";
import type { RequestDisplay, UnitOfWork } from "./ports.ts";
import { rejectedAttempt } from "./rejected-attempt.ts";

/** A click; one that came with a reason is refused with it, for the form is closed. */
type AnsweredClick = CardClick & { readonly reason?: string | null };

export interface ClickAnswerOptions {
  readonly uow: UnitOfWork;
  readonly display: RequestDisplay;
  readonly clock: Clock;
}

/**
 * Makes the function that carries out a click: when the attempt is refused, it audits that and has the person
 * told, alone, in one transaction and once, however often the click is carried out. Where nobody can tell yet
 * whether it is to be refused, they are told that it waits.
 * @throws whatever is no refusal, so that the click is carried out again.
 */
export function createClickAnswer({ uow, display, clock }: ClickAnswerOptions) {
  return async function answered(
    { clickId, requestId, slackUserId, place, reason }: AnsweredClick,
    action: string,
    carryOut: () => Promise<void>,
  ): Promise<void> {
    try {
      await carryOut();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const waits = waitingFor(error);
      if (waits) {
        await uow.run(async (tx) => {
          if (!(await tx.clicks.claim(uuidOf(`${clickId} waits`), clock.now()))) return;
          await tx.jobs.enqueue({ kind: "tell", slackUserId, place, words: display.notice([waits]) });
        });
        throw error;
      }
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
        await tx.jobs.enqueue({ kind: "tell", slackUserId, place, words: display.refusal(error, reason) });
      });
    }
  };
}

/** What a click waits for, in a sentence, when it can't be decided yet; `null` if it can. */
function waitingFor(error: AppError): string | null {
  if (error instanceof PoliciesDifferError)
    return "Your click is kept: the policies of this bot are being changed, and it is decided by the new ones.";
  if (error instanceof IdentityUnavailableError)
    return "Your click is kept: Incydr doesn't answer, and is asked which of its users you are. It is decided when Incydr answers.";
  return null;
}
