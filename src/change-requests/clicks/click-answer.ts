import { rejectedAttempt } from "../../audit/index.ts";
import { ForbiddenError, IdentityUnavailableError, PoliciesDifferError } from "../../authorization/index.ts";
import { isIncydrOutage } from "../../incydr/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { AppError } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/uuid-of.ts";
import { isChannelOutage, NowhereToPostError } from "../confidentiality/find-place.ts";
import { nameOf } from "../model/change-request.ts";
import type { CardClick } from "../model/click.ts";
import { isRefusal } from "../model/is-refusal.ts";
import type { RequestDisplay, UnitOfWork } from "../ports/ports.ts";

/** A click; one that came with a reason is refused with it, for the form is closed. */
type AnsweredClick = CardClick & { readonly reason?: string | null };

export interface ClickAnswerOptions {
  readonly uow: UnitOfWork;
  readonly display: RequestDisplay;
  readonly clock: Clock;
}

/**
 * Makes the function that carries out a click: when the attempt is refused, it audits that and has the person
 * told, alone, in one transaction and once, however often the click is carried out. While it can't be told yet
 * whether it is to be refused, or what it asks for can't be brought, they are told that it waits.
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
      const waits = waitingFor(error);
      if (waits) {
        await uow.run(async (tx) => {
          if (!(await tx.clicks.claim(uuidOf(`${clickId} waits`), clock.now()))) return;
          await tx.jobs.enqueue({ kind: "tell", slackUserId, place, words: display.notice([waits]) });
        });
        throw error;
      }
      if (!isRefusal(error)) throw error;
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
function waitingFor(error: unknown): string | null {
  if (error instanceof PoliciesDifferError)
    return "Your click is kept: the policies of this bot are being changed, and it is decided by the new ones.";
  if (error instanceof IdentityUnavailableError)
    return "Your click is kept: Incydr doesn't answer, and is asked which of its users you are. It is decided when Incydr answers.";
  if (isIncydrOutage(error))
    return "Your click is kept: Incydr can't be read now. It is carried out when Incydr can be read.";
  if (error instanceof NowhereToPostError && isChannelOutage(error.why))
    return "Your click is kept: the restricted channel can't be used now. It is carried out when the channel is mended.";
  if (error instanceof AppError && error.code === "file_transfer")
    return "Your click is kept: Slack doesn't take the file now. The file is sent when Slack takes it.";
  return null;
}
