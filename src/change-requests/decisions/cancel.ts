import { type Authorizer, FRESH, type PeopleDirectory } from "../../authorization/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { createClickAnswer } from "../clicks/click-answer.ts";
import type { ChannelContexts } from "../confidentiality/channel-contexts.ts";
import type { VisibleRequest } from "../confidentiality/visible-request.ts";
import { applyRequestEvent } from "../lifecycle/apply-event.ts";
import { type ChangeRequest, nameOf, type OperatorRef } from "../model/change-request.ts";
import type { CardClick } from "../model/click.ts";
import { AlreadyDecidedError } from "../model/request-errors.ts";
import { isCancellable } from "../model/state-machine.ts";
import { assertDeciding } from "../policy/assert-deciding.ts";
import { authorizeForAll } from "../policy/authorize-all.ts";
import { factsOfRequest } from "../policy/policy-facts.ts";
import type { RequestDisplay, UnitOfWork } from "../ports/ports.ts";

export interface CancelOptions {
  readonly authorizer: Authorizer;
  readonly directory: PeopleDirectory;
  readonly channels: ChannelContexts;
  readonly uow: UnitOfWork;
  readonly visibleRequest: VisibleRequest;
  readonly display: RequestDisplay;
  readonly clock: Clock;
}

/**
 * Makes the function that carries out a click on Cancel: by the requester, or by whom the policy lets cancel,
 * while nothing was begun. Who is refused is told so, alone; every refusal is audited.
 */
export function createCancel(options: CancelOptions) {
  const { visibleRequest, uow, clock } = options;
  const answered = createClickAnswer(options);

  return (click: CardClick): Promise<void> =>
    answered(click, "cancel", async () => {
      const request = await visibleRequest(click.requestId, click.slackUserId, { attemptId: click.clickId });
      const { actor, policyHash } = await authorize(request, click);
      await uow.run(async (tx) => {
        const locked = await tx.requests.lock(click.requestId);
        const at = clock.now();
        if (!locked || !(await tx.clicks.claim(click.clickId, at))) return;
        if (policyHash) await assertDeciding(tx, policyHash);
        if (!isCancellable(locked.state))
          throw new AlreadyDecidedError(locked.id, locked.state, locked.decisions.at(-1) ?? null);
        await tx.requests.update(locked.id, { cancellation: { slackUserId: actor.slackUserId, at } });
        await applyRequestEvent(tx, locked, "cancel", { actor, at, ...(policyHash ? { policyHash } : {}) });
      });
    });

  /** Whoever asked may always take it back: that changes nothing in Incydr, and no policy is asked. */
  async function authorize(
    request: ChangeRequest,
    { clickId, slackUserId }: CardClick,
  ): Promise<{ actor: OperatorRef; policyHash: string | null }> {
    if (slackUserId === request.requester.slackUserId) return { actor: request.requester, policyHash: null };
    const authorizer = await options.authorizer.pin({ attemptId: clickId });
    const { email, policyHash } = await authorizeForAll(authorizer, slackUserId, "cancel", {
      freshness: FRESH,
      abouts: await factsOfRequest(request, options),
      requestId: nameOf(request.id),
    });
    return { actor: { slackUserId, email }, policyHash };
  }
}

export type Cancel = ReturnType<typeof createCancel>;
