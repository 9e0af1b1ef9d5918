import type { Change, Place } from "../../../change-requests/index.ts";
import { readTypedUser } from "../../../subjects/index.ts";
import { answerTo } from "../answering.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { ButtonListener } from "../listener.ts";
import { sendRefusal } from "../send-answer.ts";
import { openChange } from "../views/open-change.ts";
import { placeOf, refuseForgedButton, takeClick } from "./card-clicks.ts";

/** Makes the listener of a button under a looked-up user, which opens the form of a change. */
export function openChangeOf(kind: Change["kind"]): ButtonListener {
  return async (deps, { ack, body, action }) => {
    await ack();
    const user = readTypedUser(action.value ?? "");
    if ("fault" in user) return refuseForgedButton(deps, body, action.action_id);
    if (!(await isFirstDelivery(deps, body))) return;
    const slackUserId = body.user.id;
    const place = { channelId: placeOf(body).channelId, threadTs: null };
    const sendAnswer = answerTo(deps, { responseUrl: body.response_url, slackUserId, place });
    const triggerId = body.trigger_id;
    await openChange(deps, { who: user.who, kind, slackUserId, place, triggerId, sendAnswer });
  };
}

/** Undo… on a finished card: opens the form of the reverse change, in the card's thread. */
export const openUndo: ButtonListener = async (deps, delivery) => {
  const click = await takeClick(deps, delivery);
  if (!click) return;
  const { slackUserId, place, requestId: undoes } = click;
  const sendAnswer = answerTo(deps, { responseUrl: delivery.body.response_url, ...click });
  const triggerId = delivery.body.trigger_id;
  await openChange(deps, { undoes, slackUserId, place, triggerId, sendAnswer });
};

/** Extend… on a card, and under the warning before the end: opens the form of a new request. */
export const extendGrants: ButtonListener = async (deps, delivery) => {
  const click = await takeClick(deps, delivery);
  if (!click) return;
  const { slackUserId, requestId } = click;
  const sendAnswer = answerTo(deps, { responseUrl: delivery.body.response_url, ...click });
  let place: Place;
  try {
    // The warning may be in a direct message, where nobody can make a request.
    place = await deps.grantQueries.placeOf(requestId, slackUserId);
  } catch (error) {
    return sendRefusal(deps, sendAnswer, error);
  }
  const triggerId = delivery.body.trigger_id;
  const choice = { kind: "add_roles", extends: requestId } as const;
  await openChange(deps, { ...choice, slackUserId, place, triggerId, sendAnswer });
};
