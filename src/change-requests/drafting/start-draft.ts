import { randomUUID } from "node:crypto";
import { rejectedAttempt } from "../../audit/index.ts";
import { type Authorizer, RECENT } from "../../authorization/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Change } from "../model/change.ts";
import type { OperatorRef, Place } from "../model/change-request.ts";
import { ChannelNotAllowedError, type ChannelRules, placementFault } from "../model/placement.ts";
import type { ChannelDirectory } from "../ports/channel-directory.ts";
import type { Draft, UnitOfWork } from "../ports/storage.ts";

/** The place of the opener, and the subject and kind of change that they have named already. */
export interface DraftStart {
  readonly slackUserId: string;
  readonly place: Place;
  readonly who: string | null;
  readonly kind: Change["kind"] | null;
}

/** How long a form may stay open, in milliseconds. */
const DRAFT_LIFETIME_MS = 30 * 60_000;

/** Makes the function that begins a draft. @throws the errors of `createOpenPlace` */
export function createStartDraft(options: OpenPlaceOptions) {
  const { uow, clock } = options;
  const openPlace = createOpenPlace(options);
  return async function startDraft({ slackUserId, place, who, kind }: DraftStart): Promise<Draft> {
    const draft: Draft = {
      id: randomUUID(),
      opener: await openPlace(slackUserId, place, who),
      place,
      who,
      kind,
      emergency: false,
      facts: null,
      slackUserIds: [],
      roleOptions: [],
      orgOptions: [],
      undo: null,
      requestId: null,
      expiresAt: new Date(clock.now().getTime() + DRAFT_LIFETIME_MS),
    };
    await uow.run((tx) => tx.drafts.insert(draft));
    return draft;
  };
}

export type StartDraft = ReturnType<typeof createStartDraft>;

export interface OpenPlaceOptions {
  readonly authorizer: Authorizer;
  readonly channels: ChannelDirectory;
  readonly rules: ChannelRules;
  readonly uow: UnitOfWork;
  readonly clock: Clock;
}

/**
 * Makes the function that checks the person and the channel before a form opens. It calls only Slack, so that the form
 * opens while its trigger is valid.
 * @throws {ForbiddenError | ChannelNotAllowedError} if the person may not request changes, or no card may be posted
 * here
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

/** Makes the function that ends a draft whose modal was closed; resolves to the opener's place if they need a message. */
export function createAbandonDraft({ uow, clock }: { uow: UnitOfWork; clock: Clock }) {
  return async function abandonDraft(draftId: string, slackUserId: string): Promise<Place | null> {
    return uow.run(async (tx) => {
      const draft = await tx.drafts.lock(draftId);
      if (draft?.opener.slackUserId !== slackUserId || draft.requestId !== null) return null;
      await tx.drafts.update(draftId, { expiresAt: clock.now() });
      return draft.place;
    });
  };
}

export type AbandonDraft = ReturnType<typeof createAbandonDraft>;
