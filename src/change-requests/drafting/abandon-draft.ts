import type { Clock } from "../../kernel/clock.ts";
import type { Place } from "../model/change-request.ts";
import type { UnitOfWork } from "../ports/storage.ts";

/**
 * Makes the function that ends a draft whose modal was closed before its form came; resolves to where its
 * opener was, or to `null` if there is nothing to say.
 */
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
