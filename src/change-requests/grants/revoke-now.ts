import { type Authorizer, FRESH, type PeopleDirectory } from "../../authorization/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { createClickAnswer } from "../clicks/click-answer.ts";
import type { ChannelContexts } from "../confidentiality/channel-contexts.ts";
import type { VisibleRequest } from "../confidentiality/visible-request.ts";
import { announceEnded, applyGrantEvent } from "../lifecycle/apply-grant-event.ts";
import { nameOf } from "../model/change-request.ts";
import type { CardClick } from "../model/click.ts";
import { grantThatStays } from "../model/grant.ts";
import { NothingToRevokeError } from "../model/grant-errors.ts";
import { assertDeciding } from "../policy/assert-deciding.ts";
import { authorizeForAll } from "../policy/authorize-all.ts";
import { factsOfRequest } from "../policy/policy-facts.ts";
import type { RequestDisplay, UnitOfWork } from "../ports/ports.ts";
import { letGo, lockGrants } from "./revocation-steps.ts";

export interface RevokeNowOptions {
  readonly authorizer: Authorizer;
  readonly directory: PeopleDirectory;
  readonly channels: ChannelContexts;
  readonly uow: UnitOfWork;
  readonly visibleRequest: VisibleRequest;
  readonly display: RequestDisplay;
  readonly clock: Clock;
}

/**
 * Makes the function that carries out a click on Revoke now: by whom the policies let revoke, and never by the
 * subject. Who is refused is told so, alone; every refusal is audited. The roles are taken away by a job.
 */
export function createRevokeNow(options: RevokeNowOptions) {
  const { uow, clock } = options;
  const answered = createClickAnswer(options);

  return (click: CardClick): Promise<void> =>
    answered(click, "revoke", async () => {
      const { requestId, slackUserId } = click;
      const request = await options.visibleRequest(requestId, slackUserId, { attemptId: click.clickId });
      // To take away sooner is for whom the policies of now let: those of when it was asked for let it be given.
      const authorizer = await options.authorizer.pin({ attemptId: click.clickId });
      const person = await authorizeForAll(authorizer, slackUserId, "revoke", {
        freshness: FRESH,
        abouts: await factsOfRequest(request, options),
        requestId: nameOf(requestId),
      });
      const by = { slackUserId, email: person.email };
      await uow.run(async (tx) => {
        const { mine, ofSubject } = await lockGrants(tx, requestId);
        const at = clock.now();
        if (!(await tx.clicks.claim(click.clickId, at))) return;
        await assertDeciding(tx, person.policyHash);
        const active = mine.filter(({ state }) => state === "active");
        if (active.length === 0)
          throw new NothingToRevokeError(request.id, await tx.grants.ofRequest(requestId));
        const { policyHash } = person;
        for (const grant of active) {
          const staying = grantThatStays(grant, ofSubject);
          if (staying) await letGo(tx, grant, staying, { actor: by, at, policyHash });
          else
            await applyGrantEvent(tx, grant, "revoke_now", {
              actor: by,
              at,
              policyHash,
              patch: { endedBy: by },
            });
        }
        if (active.some((grant) => grantThatStays(grant, ofSubject))) await announceEnded(tx, requestId, at);
        await tx.jobs.enqueue({ kind: "end_grants", requestId });
      });
    });
}

export type RevokeNow = ReturnType<typeof createRevokeNow>;
