import { rejectedAttempt } from "../../audit/index.ts";
import { type Authorizer, RECENT } from "../../authorization/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { OperatorRef, Place } from "../model/change-request.ts";
import { ChannelNotAllowedError, type ChannelRules, placementFault } from "../model/placement.ts";
import type { ChannelDirectory } from "../ports/channel-directory.ts";
import type { UnitOfWork } from "../ports/storage.ts";

export interface OpenPlaceOptions {
  readonly authorizer: Authorizer;
  readonly channels: ChannelDirectory;
  readonly rules: ChannelRules;
  readonly uow: UnitOfWork;
  readonly clock: Clock;
}

/**
 * Makes the function that checks, before a form opens, whether this person may ask for anything at all, and
 * whether its card could be posted here. Reads Slack only, so that a modal can open while its trigger is valid.
 * @throws {ForbiddenError | ChannelNotAllowedError}
 */
export function createOpenPlace({ authorizer, channels, rules, uow, clock }: OpenPlaceOptions) {
  return async function openPlace(
    slackUserId: string,
    place: Place,
    asked: string | null,
  ): Promise<OperatorRef> {
    const { email } = await authorizer.authorize(slackUserId, "lookup", {
      freshness: RECENT,
      about: { asked },
    });
    const opener: OperatorRef = { slackUserId, email };
    const fault = placementFault(await channels.facts(place.channelId), rules);
    if (!fault) return opener;
    const { channelId } = place;
    const details = { action: "request", fault: "channel_not_allowed", channelId, why: fault };
    await uow.run((tx) => tx.audit.append(rejectedAttempt({ at: clock.now(), actor: opener, details })));
    throw new ChannelNotAllowedError(fault, rules.approvalsChannelId);
  };
}
