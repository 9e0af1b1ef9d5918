import type { TypedTexts } from "../../texts/given-back.ts";
import type { SlackDeps } from "../slack-deps.ts";

/**
 * Ends a draft of which nothing will come, and tells its opener where they began it; by a job, so that they
 * are told also when Slack doesn't answer now.
 */
export async function tellLater(
  deps: Pick<SlackDeps, "abandonDraft" | "jobs">,
  options: {
    draftId: string;
    slackUserId: string;
    why: "form_closed" | "form_not_shown";
    typed?: TypedTexts;
  },
): Promise<void> {
  const { draftId, slackUserId, why, typed = {} } = options;
  const place = await deps.abandonDraft(draftId, slackUserId);
  if (!place) return;
  const notice = { kind: "nothing_requested", why, typed } as const;
  await deps.jobs.enqueue({ kind: "tell", slackUserId, place, notice });
}
