import { rejectedAttempt } from "../../audit/index.ts";
import { ForbiddenError, IdentityUnavailableError, PoliciesDifferError } from "../../authorization/index.ts";
import { isIncydrOutage } from "../../incydr/index.ts";
import { uuidOf } from "../../kernel/canonical-json.ts";
import type { Clock } from "../../kernel/clock.ts";
import { AppError } from "../../kernel/errors.ts";
import { isChannelOutage, NowhereToPostError } from "../confidentiality/find-place.ts";
import { nameOf } from "../model/change-request.ts";
import type { CardClick } from "../model/click.ts";
import { isRefusal } from "../model/is-refusal.ts";
import { refusalOf } from "../model/refusal.ts";
import type { Notice } from "../ports/job.ts";
import type { UnitOfWork } from "../ports/storage.ts";

/** A click; one that came with a reason is refused with it, for the form is closed. */
type AnsweredClick = CardClick & { readonly reason?: string | null };

export interface ClickAnswerOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
}

/**
 * Makes the function that carries out a click: when the attempt is refused, it audits that and has the person
 * told, alone, in one transaction and once, however often the click is carried out. While it can't be told yet
 * whether it is to be refused, or what it asks for can't be brought, they are told that it waits.
 * @throws whatever is no refusal, so that the click is carried out again.
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
        // What the policy forbids has been audited by the authorizer.
        if (!(error instanceof ForbiddenError)) {
          const details = { action, fault: error.code, message: error.message };
          const actor = { slackUserId, email: null };
          await tx.audit.append(
            rejectedAttempt({ at: clock.now(), actor, details, requestId: nameOf(requestId) }),
          );
        }
        const notice = { kind: "refused", refusal: refusalOf(error), reason } as const;
        await tx.jobs.enqueue({ kind: "tell", slackUserId, place, notice });
      });
    }
  };
}

/** The reason why a click can't be decided yet; `null` if it can. */
function waitingFor(error: unknown): Extract<Notice, { kind: "click_waits" }>["for"] | null {
  if (error instanceof PoliciesDifferError) return "policies";
  if (error instanceof IdentityUnavailableError) return "identity";
  if (isIncydrOutage(error)) return "incydr";
  if (error instanceof NowhereToPostError && isChannelOutage(error.why)) return "restricted_channel";
  return error instanceof AppError && error.code === "file_transfer" ? "slack_files" : null;
}
