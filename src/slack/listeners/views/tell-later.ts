import { asJson } from "../../../kernel/canonical-json.ts";
import { givenBack, type TypedTexts } from "../../texts/given-back.ts";
import { shortMessage } from "../../texts/message.ts";
import { plain } from "../../texts/rich-text.ts";
import type { SlackDeps } from "../slack-deps.ts";

/**
 * Ends a draft of which nothing will come, and tells its opener where they began it; by a job, so that they
 * are told also when Slack doesn't answer now.
 */
export async function tellLater(
  deps: Pick<SlackDeps, "abandonDraft" | "jobs">,
  options: { draftId: string; slackUserId: string; text: string; typed?: TypedTexts },
): Promise<void> {
  const { draftId, slackUserId, text, typed = {} } = options;
  const place = await deps.abandonDraft(draftId, slackUserId);
  if (!place) return;
  const { text: summary, blocks } = shortMessage("Nothing was requested", [plain(text)], ...givenBack(typed));
  await deps.jobs.enqueue({
    kind: "tell",
    slackUserId,
    place,
    words: { text: summary, blocks: asJson(blocks) },
  });
}
