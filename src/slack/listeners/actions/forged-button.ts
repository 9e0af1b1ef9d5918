import type { BlockAction, RespondFn } from "@slack/bolt";
import { shortMessage } from "../../texts/message.ts";
import { plain } from "../../texts/rich-text.ts";
import { answerTo } from "../answering.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { SlackDeps } from "../slack-deps.ts";
import { placeOf } from "./card-click.ts";

const TEXT = "This button was not made by this bot. Nothing was done.";

/** Audits a click on a button with a value that the bot never gives it, and tells the person, once. */
export async function refuseForgedButton(
  deps: SlackDeps,
  { body, actionId, respond }: { body: BlockAction; actionId: string; respond: RespondFn },
): Promise<void> {
  if (!(await isFirstDelivery(deps, body))) return;
  await deps.recordForgery(body.user.id, actionId);
  const tell = answerTo(deps, { respond, slackUserId: body.user.id, place: placeOf(body) });
  await tell(shortMessage(TEXT, [plain(TEXT)]));
}
