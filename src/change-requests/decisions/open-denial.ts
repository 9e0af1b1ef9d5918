import { type Authorizer, ForbiddenError, FRESH, type PeopleDirectory } from "../../authorization/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { AppError } from "../../kernel/errors.ts";
import type { ChannelContexts } from "../confidentiality/channel-contexts.ts";
import { knownAs, readPeopleNow } from "../confidentiality/known-as.ts";
import type { VisibleRequest } from "../confidentiality/visible-request.ts";
import { rejectedAttempt } from "../lifecycle/rejected-attempt.ts";
import { type ChangeRequest, nameOf } from "../model/change-request.ts";
import type { DecisionClick } from "../model/click.ts";
import { authorizeForAll } from "../policy/authorize-all.ts";
import { assertDecidable } from "../policy/decidable.ts";
import { factsOfRequest } from "../policy/policy-facts.ts";
import type { UnitOfWork } from "../ports/ports.ts";

/** A click on Deny, before its reason is known. */
export type DenialOpening = Pick<DecisionClick, "requestId" | "slackUserId" | "shownSnapshot">;

/**
 * Makes the function that checks, before somebody is asked for a reason, whether they may deny the request;
 * the denial itself checks it again. Every refusal is audited.
 * @throws {ForbiddenError | RequestNotFoundError | AlreadyDecidedError | CardOutOfDateError | OwnRequestError}
 */
export function createOpenDenial(options: {
  authorizer: Authorizer;
  directory: PeopleDirectory;
  channels: ChannelContexts;
  uow: UnitOfWork;
  visibleRequest: VisibleRequest;
  clock: Clock;
}) {
  const { directory, uow, clock } = options;
  return async function openDenial(opening: DenialOpening): Promise<ChangeRequest> {
    const { requestId, slackUserId, shownSnapshot } = opening;
    try {
      const request = await options.visibleRequest(requestId, slackUserId, { isForForm: true });
      const authorizer = await options.authorizer.pin({ isForForm: true });
      const approver = await authorizeForAll(authorizer, slackUserId, "deny", {
        freshness: FRESH,
        abouts: await factsOfRequest(request, options),
        requestId: nameOf(requestId),
      });
      const people = await readPeopleNow(request, directory);
      assertDecidable(request, { verdict: "denial", shownSnapshot }, { approver: knownAs(approver), people });
      return request;
    } catch (error) {
      // What the policy forbids has been audited by the authorizer.
      if (error instanceof AppError && !(error instanceof ForbiddenError)) {
        const details = { action: "denial", fault: error.code, message: error.message };
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

export type OpenDenial = ReturnType<typeof createOpenDenial>;
