import type { BlockAction, ButtonAction } from "@slack/bolt";
import { z } from "zod";
import { type CardClick, type Place, SHOWN_SNAPSHOT_LENGTH } from "../../../change-requests/index.ts";
import { uuidOf } from "../../../kernel/canonical-json.ts";
import { DECISION_BLOCK_PREFIX } from "../../messages/card-buttons.ts";

/** A request's number as a button carries it. */
const requestNumber = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);

/** What a click on a card's button says, beside who clicked; `null` if the button is none of the bot's. */
export function readCardClick(
  body: BlockAction<ButtonAction>,
  action: ButtonAction,
): (CardClick & { readonly shownSnapshot: string }) | null {
  const requestId = requestNumber.safeParse(action.value);
  if (!requestId.success) return null;
  return {
    clickId: uuidOf(`${action.action_ts} ${body.user.id} ${action.value} ${action.action_id}`),
    requestId: requestId.data,
    slackUserId: body.user.id,
    place: placeOf(body),
    shownSnapshot: shownBy(action.block_id),
  };
}

/** Where a clicked button stands. */
export function placeOf({ channel, container, message }: BlockAction): Place {
  const channelId = channel?.id ?? String(container.channel_id ?? "");
  return { channelId, threadTs: message?.thread_ts ?? null };
}

/** The facts that a card showed, as its block of buttons says; empty if the block is of another kind. */
function shownBy(blockId: string): string {
  const shown = blockId.startsWith(DECISION_BLOCK_PREFIX) ? blockId.slice(DECISION_BLOCK_PREFIX.length) : "";
  return shown.length <= SHOWN_SNAPSHOT_LENGTH && /^[0-9a-f]*$/.test(shown) ? shown : "";
}
