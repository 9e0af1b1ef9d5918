import { ForbiddenError, IdentityUnavailableError, PoliciesDifferError } from "../../authorization/index.ts";
import { isIncydrOutage } from "../../incydr/index.ts";
import { uuidOf } from "../../kernel/canonical-json.ts";
import type { Clock } from "../../kernel/clock.ts";
import { AppError } from "../../kernel/errors.ts";
import { isChannelOutage, NowhereToPostError } from "../confidentiality/find-place.ts";
import { rejectedOnRequest } from "../lifecycle/record-attempts.ts";
import type { CardClick } from "../model/click.ts";
import { isRefusal } from "../model/is-refusal.ts";
import { refusalOf } from "../model/refusal.ts";
import type { Notice } from "../ports/job.ts";
import type { UnitOfWork } from "../ports/storage.ts";

/** A click; one on a list has no request. A refusal gives back the typed reason, because the form is closed. */
type AnsweredClick = Omit<CardClick, "requestId"> & {
  readonly requestId: number | null;
  readonly reason?: string | null;
};

export interface ClickAnswerOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
}

/**
 * Makes the function that carries out a click. A refusal is audited, and the person gets a private message, in one
 * transaction. If an outage delays the click, the person gets a message too.
 * @throws any error that is no refusal, so that the job of the click tries again
 */
export function createClickAnswer({ uow, clock }: ClickAnswerOptions) {
  return async function answered(
    { clickId, requestId, slackUserId, place, reason = null }: AnsweredClick,
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
          const notice = { kind: "click_waits", for: waits } as const;
          await tx.jobs.enqueue({ kind: "tell", slackUserId, place, notice });
        });
        throw error;
      }
      if (!isRefusal(error)) throw error;
      await uow.run(async (tx) => {
        if (!(await tx.clicks.claim(clickId, clock.now()))) return;
        // The authorizer has audited a forbidden attempt.
        if (!(error instanceof ForbiddenError))
          await tx.audit.append(
            rejectedOnRequest(error, { requestId, slackUserId, action, at: clock.now() }),
          );
        const notice = { kind: "refused", refusal: refusalOf(error), reason } as const;
        await tx.jobs.enqueue({ kind: "tell", slackUserId, place, notice });
      });
    }
  };
}

/** Why the click has to wait; `null` if it need not wait. */
function waitingFor(error: unknown): Extract<Notice, { kind: "click_waits" }>["for"] | null {
  if (error instanceof PoliciesDifferError) return "policies";
  if (error instanceof IdentityUnavailableError) return "identity";
  if (isIncydrOutage(error)) return "incydr";
  if (error instanceof NowhereToPostError && isChannelOutage(error.why)) return "restricted_channel";
  return error instanceof AppError && error.code === "file_transfer" ? "slack_files" : null;
}
