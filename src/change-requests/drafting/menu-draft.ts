import { suggestionsShown } from "../../audit/index.ts";
import { type Authorizer, RECENT } from "../../authorization/index.ts";
import { uuidOf } from "../../kernel/canonical-json.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Draft, UnitOfWork } from "../ports/storage.ts";

export interface MenuDraftOptions {
  readonly authorizer: Authorizer;
  readonly uow: UnitOfWork;
  readonly clock: Pick<Clock, "now">;
}

/**
 * Makes the function that returns the draft of a form for a menu in it. It resolves to `null` for an expired draft, and
 * for anybody but the draft's opener. The policies have to permit `list`. The first permitted menu of a draft is
 * audited, and so is the first forbidden one: Slack asks again after each typed letter.
 * @throws {ForbiddenError} if the policies forbid `list`
 */
export function createMenuDraft(options: MenuDraftOptions) {
  const { uow, clock } = options;
  return async function menuDraft(draftId: string, slackUserId: string): Promise<Draft | null> {
    const draft = await uow.read(({ drafts }) => drafts.lock(draftId));
    if (draft?.opener.slackUserId !== slackUserId || draft.expiresAt <= clock.now()) return null;
    const attemptId = `suggestions of ${draftId}`;
    const authorizer = await options.authorizer.pin({ attemptId });
    const { email, policyHash } = await authorizer.authorize(slackUserId, "list", { freshness: RECENT });
    await uow.run(async (tx) => {
      const at = clock.now();
      if (!(await tx.clicks.claim(uuidOf(attemptId), at))) return;
      await tx.audit.append(suggestionsShown({ actor: { slackUserId, email }, at, policyHash }, draftId));
    });
    return draft;
  };
}

export type MenuDraft = ReturnType<typeof createMenuDraft>;
