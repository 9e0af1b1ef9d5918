import { ForbiddenError } from "../../authorization/index.ts";
import { AppError } from "../../kernel/errors.ts";
import { rejectedOnRequest } from "../lifecycle/record-attempts.ts";
import type { ChangeRequest } from "../model/change-request.ts";
import type { CardClick } from "../model/click.ts";
import type { ClickOptions } from "./carry-out-click.ts";

export type ReasonFormOpening = Pick<CardClick, "requestId" | "slackUserId">;

/**
 * Makes the function that checks, before a form asks for a reason, whether the person may act. Each refusal is audited.
 * The click that the form sends is checked again.
 * @param action names the click in the audit log
 * @param check throws the refusal if the person may not act
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
      // The authorizer has audited a forbidden attempt.
      if (error instanceof AppError && !(error instanceof ForbiddenError)) {
        const entry = rejectedOnRequest(error, { requestId, slackUserId, action, at: clock.now() });
        await uow.run((tx) => tx.audit.append(entry));
      }
      throw error;
    }
  };
}
