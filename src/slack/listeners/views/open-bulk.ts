import type { BulkKind, Place } from "../../../change-requests/index.ts";
import type { TypedTexts } from "../../texts/given-back.ts";
import { bulkInputView } from "../../views/bulk-input-view.ts";
import type { SlackDeps } from "../slack-deps.ts";
import type { Tell } from "../tell.ts";
import { tellNotOpened } from "./open-change.ts";

/** Opens the form that asks whom a bulk is about. */
export async function openBulk(
  deps: SlackDeps,
  opening: {
    slackUserId: string;
    place: Place;
    kind: BulkKind;
    triggerId: string;
    tell: Tell;
    typed: TypedTexts;
  },
): Promise<void> {
  const { slackUserId, place, kind, triggerId, tell, typed } = opening;
  try {
    const draft = await deps.bulkOpening.start({ slackUserId, place, kind });
    const view = bulkInputView(draft, { isFrozen: await deps.isFrozen() });
    await deps.api.posting.views.open({ trigger_id: triggerId, view });
  } catch (error) {
    await tellNotOpened(deps, tell, error, typed);
  }
}
