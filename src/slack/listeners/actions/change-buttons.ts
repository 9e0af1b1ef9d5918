import type { Change, Place } from "../../../change-requests/index.ts";
import { readTypedUser } from "../../../subjects/index.ts";
import { answerTo } from "../answering.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { ButtonListener } from "../listener.ts";
import { sendRefusal } from "../send-answer.ts";
import { openChange } from "../views/open-change.ts";
import { placeOf, readCardClick, refuseForgedButton } from "./card-buttons.ts";

/** Makes the listener of a button under a looked-up user, which opens the form of a change. */
export function openChangeOf(kind: Change["kind"]): ButtonListener {
  return async (deps, { ack, body, action, respond }) => {
    await ack();
    const user = readTypedUser(action.value ?? "");
    if ("fault" in user) return refuseForgedButton(deps, { body, actionId: action.action_id, respond });
    if (!(await isFirstDelivery(deps, body))) return;
    const slackUserId = body.user.id;
    const { channelId } = placeOf(body);
    const place = { channelId, threadTs: null };
    await openChange(deps, {
      slackUserId,
      place,
      who: user.who,
      kind,
      role: null,
      org: null,
      undoes: null,
      triggerId: body.trigger_id,
      sendAnswer: answerTo(deps, { respond, slackUserId, place }),
    });
  };
}

/** Undo… on a finished card: opens the form of the reverse change, where the card stands. */
export const openUndo: ButtonListener = async (deps, { ack, body, action, respond }) => {
  await ack();
  const click = readCardClick(body, action);
  if (!click) return refuseForgedButton(deps, { body, actionId: action.action_id, respond });
  if (!(await isFirstDelivery(deps, body))) return;
  const choice = { who: "", kind: null, role: null, org: null, undoes: click.requestId };
  await openChange(deps, {
    ...choice,
    slackUserId: body.user.id,
    place: click.place,
    triggerId: body.trigger_id,
    sendAnswer: answerTo(deps, { respond, ...click }),
  });
};

/** Extend… on a card, and under the warning before the end: opens the form of a request of its own. */
export const extendGrants: ButtonListener = async (deps, { ack, body, action, respond }) => {
  await ack();
  const click = readCardClick(body, action);
  if (!click) return refuseForgedButton(deps, { body, actionId: action.action_id, respond });
  if (!(await isFirstDelivery(deps, body))) return;
  const sendAnswer = answerTo(deps, { respond, ...click });
  let place: Place;
  try {
    // The warning may have come by direct message, where no request can be made.
    place = await deps.grantQueries.placeOf(click.requestId, click.slackUserId);
  } catch (error) {
    return sendRefusal(deps, sendAnswer, error);
  }
  const choice = { who: "", kind: "add_roles", role: null, org: null, undoes: null } as const;
  await openChange(deps, {
    ...choice,
    extends: click.requestId,
    slackUserId: body.user.id,
    place,
    triggerId: body.trigger_id,
    sendAnswer,
  });
};
