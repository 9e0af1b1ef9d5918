import type { BlockAction, ButtonAction, RespondFn } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import { z } from "zod";
import {
  type CardClick,
  type Job,
  type Place,
  SHOWN_SNAPSHOT_LENGTH,
} from "../../../change-requests/index.ts";
import { uuidOf } from "../../../kernel/canonical-json.ts";
import { DECISION_BLOCK_PREFIX } from "../../messages/card-buttons.ts";
import { answerTo } from "../answering.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { ButtonListener } from "../listener.ts";
import type { SlackDeps } from "../slack-deps.ts";
import { sendNotOpened } from "../views/open-change.ts";

/** A request's number as a button carries it. */
const requestNumber = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);

/**
 * Makes the listener of a card's button whose click is a job. The job is stored before the ack: once Slack has the ack,
 * the click can't be lost.
 */
export function storeClick(jobOf: (click: CardClick, shownSnapshot: string) => Job): ButtonListener {
  return async (deps, { ack, body, action, respond }) => {
    const read = readCardClick(body, action);
    if (!read) {
      await ack();
      return refuseForgedButton(deps, { body, actionId: action.action_id, respond });
    }
    const { shownSnapshot, ...click } = read;
    await deps.jobs.enqueue(jobOf(click, shownSnapshot));
    await ack();
  };
}

/** Makes the listener of a card's button that asks for a reason first. */
export function openReasonForm(
  viewOf: (deps: SlackDeps, click: CardClick & { readonly shownSnapshot: string }) => Promise<ModalView>,
): ButtonListener {
  return async (deps, { ack, body, action, respond }) => {
    await ack();
    const click = readCardClick(body, action);
    if (!click) return refuseForgedButton(deps, { body, actionId: action.action_id, respond });
    if (!(await isFirstDelivery(deps, body))) return;
    try {
      await deps.api.posting.views.open({ trigger_id: body.trigger_id, view: await viewOf(deps, click) });
    } catch (error) {
      await sendNotOpened(deps, answerTo(deps, { respond, ...click }), error);
    }
  };
}

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

/** Audits a click on a button with a value that the bot never gives it, and tells the person, once. */
export async function refuseForgedButton(
  deps: SlackDeps,
  { body, actionId, respond }: { body: BlockAction; actionId: string; respond: RespondFn },
): Promise<void> {
  if (!(await isFirstDelivery(deps, body))) return;
  await deps.recordForgery(body.user.id, actionId);
  const sendAnswer = answerTo(deps, { respond, slackUserId: body.user.id, place: placeOf(body) });
  await sendAnswer({ kind: "forged_button" });
}
