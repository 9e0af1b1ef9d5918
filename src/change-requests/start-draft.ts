import { randomUUID } from "node:crypto";
import { type Authorizer, RECENT } from "../authorization/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Change } from "./change.ts";
import type { OperatorRef, Place } from "./change-request.ts";
import { ChannelNotAllowedError, type ChannelRules, placementFault } from "./placement.ts";
import type { ChannelDirectory, Draft, UnitOfWork } from "./ports.ts";
import { rejectedAttempt } from "./rejected-attempt.ts";

/** What somebody starts with: where they are, and as much as they said already. */
export interface DraftStart {
  readonly slackUserId: string;
  readonly place: Place;
  readonly who: string | null;
  readonly kind: Change["kind"] | null;
}

export interface StartDraftOptions {
  readonly authorizer: Authorizer;
  readonly channels: ChannelDirectory;
  readonly rules: ChannelRules;
  readonly uow: UnitOfWork;
  readonly clock: Clock;
}

/** How long a form may stay open. */
const DRAFT_LIFETIME_MS = 30 * 60_000;

/**
 * Begins a draft: whether this person may ask for anything at all, and whether its card could be posted
 * here. Reads Slack only, so that a modal can open while its trigger is valid.
 * @throws {ForbiddenError | ChannelNotAllowedError}
 */
export function createStartDraft({ authorizer, channels, rules, uow, clock }: StartDraftOptions) {
  return async function startDraft({ slackUserId, place, who, kind }: DraftStart): Promise<Draft> {
    const person = await authorizer.authorize(slackUserId, "lookup", {
      freshness: RECENT,
      about: { asked: who },
    });
    const opener: OperatorRef = { slackUserId, email: person.email };
    const fault = placementFault(await channels.facts(place.channelId), rules);
    if (fault) {
      const details = {
        action: "request",
        fault: "channel_not_allowed",
        channelId: place.channelId,
        why: fault,
      };
      await uow.run((tx) => tx.audit.append(rejectedAttempt({ at: clock.now(), actor: opener, details })));
      throw new ChannelNotAllowedError(fault, rules.approvalsChannelId);
    }
    const draft: Draft = {
      id: randomUUID(),
      opener,
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
