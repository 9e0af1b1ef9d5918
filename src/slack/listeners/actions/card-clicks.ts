import type { BlockAction, ButtonAction } from "@slack/bolt";
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

const requestNumber = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);

/** Makes the listener of a card's button. It stores the click as a job before it acks, so that no click is lost. */
export function storeClick(jobOf: (click: CardClick, shownSnapshot: string) => Job): ButtonListener {
  return async (deps, { ack, body, action }) => {
    const read = readCardClick(body, action);
    if (!read) {
      await ack();
      return refuseForgedButton(deps, body, action.action_id);
    }
    const { shownSnapshot, ...click } = read;
    await deps.jobs.enqueue(jobOf(click, shownSnapshot));
    await ack();
  };
}

/** Makes the listener of a card's button that asks for a reason first. */
export function openReasonForm(
  viewOf: (deps: SlackDeps, click: ReadClick) => Promise<ModalView>,
): ButtonListener {
  return async (deps, delivery) => {
    const click = await takeClick(deps, delivery);
    if (!click) return;
    const { body } = delivery;
    try {
      await deps.api.posting.views.open({ trigger_id: body.trigger_id, view: await viewOf(deps, click) });
    } catch (error) {
      await sendNotOpened(deps, answerTo(deps, { responseUrl: body.response_url, ...click }), error);
    }
  };
}

/** A click on a card's button, and the hash of the facts that the card showed. */
type ReadClick = CardClick & { readonly shownSnapshot: string };

/** Acks and reads a click on a card's button. Returns `null` if the click is forged, which it audits, or repeated. */
export async function takeClick(
  deps: SlackDeps,
  { ack, body, action }: Parameters<ButtonListener>[1],
): Promise<ReadClick | null> {
  await ack();
  const click = readCardClick(body, action);
  if (click) return (await isFirstDelivery(deps, body)) ? click : null;
  await refuseForgedButton(deps, body, action.action_id);
  return null;
}

/** Reads a click on a card's button; `null` if the bot never gives a button this value. */
function readCardClick(body: BlockAction<ButtonAction>, action: ButtonAction): ReadClick | null {
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

/** The channel and the thread of a clicked button. */
export function placeOf({ channel, container, message }: BlockAction): Place {
  const channelId = channel?.id ?? String(container.channel_id ?? "");
  return { channelId, threadTs: message?.thread_ts ?? null };
}

/** Whether others than the person who clicked see the message. */
export function isSeenByOthers({ container }: BlockAction): boolean {
  return container.is_ephemeral !== true;
}

/** The hash of the facts that a card showed, from the block id of its buttons; empty for any other block id. */
function shownBy(blockId: string): string {
  const shown = blockId.startsWith(DECISION_BLOCK_PREFIX) ? blockId.slice(DECISION_BLOCK_PREFIX.length) : "";
  return shown.length <= SHOWN_SNAPSHOT_LENGTH && /^[0-9a-f]*$/.test(shown) ? shown : "";
}

/** Audits a click on a button whose value the bot never gives, and tells the person. */
export async function refuseForgedButton(
  deps: SlackDeps,
  body: BlockAction,
  actionId: string,
): Promise<void> {
  if (!(await isFirstDelivery(deps, body))) return;
  await deps.recordForgery(body.user.id, actionId);
  const answered = { responseUrl: body.response_url, slackUserId: body.user.id, place: placeOf(body) };
  const sendAnswer = answerTo(deps, answered);
  await sendAnswer({ kind: "forged_button" });
}
