import { rejectedAttempt } from "../../audit/index.ts";
import { ForbiddenError } from "../../authorization/index.ts";
import { AppError } from "../../kernel/errors.ts";
import { type ChangeRequest, nameOf } from "../model/change-request.ts";
import type { CardClick } from "../model/click.ts";
import type { ClickOptions } from "./carry-out-click.ts";

/** A click on a button that asks for a reason, before the reason is known. */
export type ReasonFormOpening = Pick<CardClick, "requestId" | "slackUserId">;

/**
 * Makes the function that checks, before a form asks for a reason, whether the person may do it; the click that the form
 * sends checks it again. The function audits each refusal.
 * @param action names the click in the audit log
 * @param check resolves if the person may do it, and throws the refusal otherwise
 */
export function createOpenReasonForm<Opening extends ReasonFormOpening>(
  { uow, visibleRequest, clock }: Pick<ClickOptions, "uow" | "visibleRequest" | "clock">,
  action: string,
  check: (opening: Opening, request: ChangeRequest) => Promise<void>,
): (opening: Opening) => Promise<ChangeRequest> {
  return async (opening) => {
    const { requestId, slackUserId } = opening;
    try {
      const request = await visibleRequest(requestId, slackUserId, { isForForm: true });
      await check(opening, request);
      return request;
    } catch (error) {
      // The authorizer has audited what the policy forbids.
      if (error instanceof AppError && !(error instanceof ForbiddenError)) {
        const details = { action, fault: error.code, message: error.message };
        const actor = { slackUserId, email: null };
        const at = clock.now();
        await uow.run((tx) =>
          tx.audit.append(rejectedAttempt({ at, actor, details, requestId: nameOf(requestId) })),
        );
      }
      throw error;
    }
  };
}
