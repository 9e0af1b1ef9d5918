import type { App, BlockAction, ButtonAction } from "@slack/bolt";
import { z } from "zod";
import type { DecisionClick } from "../../change-requests/index.ts";
import { sha256 } from "../../kernel/canonical-json.ts";
import { shortMessage } from "../messages/message.ts";
import { DECISION_BLOCK_PREFIX } from "../messages/request-card.ts";
import { plain } from "../messages/rich-text.ts";
import { ACTION_IDS } from "../registrations.ts";
import type { SlackDeps } from "../slack-deps.ts";
import { tellBy } from "../tell.ts";

/** A request's number as a button carries it. */
const requestNumber = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);

/**
 * The card's Approve and Deny. A click is stored before it is acked, and decided by a job: once Slack has
 * the ack, the click can't be lost.
 */
export function registerDecisionButtons(app: App, deps: SlackDeps): void {
  const verdicts = { [ACTION_IDS.approve]: "approval", [ACTION_IDS.deny]: "denial" } as const;
  for (const [actionId, verdict] of Object.entries(verdicts)) {
    app.action<BlockAction<ButtonAction>>(
      { type: "block_actions", action_id: actionId },
      async ({ ack, body, action, respond }) => {
        const requestId = requestNumber.safeParse(action.value);
        if (!requestId.success) {
          await ack();
          const text = "This button is none of this bot's. Nothing was done.";
          return tellBy(respond)(shortMessage(text, [plain(text)]));
        }
        const { channel, container, message } = body;
        const channelId = channel?.id ?? String(container.channel_id ?? "");
        const click: DecisionClick = {
          clickId: uuidOf(`${action.action_ts} ${body.user.id} ${action.value} ${actionId}`),
          requestId: requestId.data,
          verdict,
          approverSlackId: body.user.id,
          shownSnapshot: action.block_id.slice(DECISION_BLOCK_PREFIX.length),
          place: { channelId, threadTs: message?.thread_ts ?? null },
        };
        await deps.jobs.enqueue({ kind: "decide", click });
        await ack();
      },
    );
  }
}

/** The same UUID for the same text: a click that Slack delivers twice is one click. */
function uuidOf(text: string): string {
  return sha256(text)
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
