import { randomUUID } from "node:crypto";
import type { Change } from "../model/change.ts";
import type { Place } from "../model/change-request.ts";
import type { Draft } from "../ports/storage.ts";
import { createOpenPlace, type OpenPlaceOptions } from "./open-place.ts";

/** What somebody starts with: where they are, and as much as they said already. */
export interface DraftStart {
  readonly slackUserId: string;
  readonly place: Place;
  readonly who: string | null;
  readonly kind: Change["kind"] | null;
}

/** How long a form may stay open. */
const DRAFT_LIFETIME_MS = 30 * 60_000;

/**
 * Begins a draft, if this person may ask for anything here.
 * @throws {ForbiddenError | ChannelNotAllowedError}
 */
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
