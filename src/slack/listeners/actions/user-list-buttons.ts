import { listedUsers } from "../../../change-requests/index.ts";
import { asJson, canonicalJson, uuidOf } from "../../../kernel/canonical-json.ts";
import { readExportValue, readPageValue } from "../../messages/user-list-page.ts";
import { readUserMenuValue } from "../../messages/user-menu.ts";
import { answerTo } from "../answering.ts";
import { runButton } from "../commands/incydr-command.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { ButtonListener, OverflowListener } from "../listener.ts";
import { answer } from "../send-answer.ts";
import { isSeenByOthers, placeOf, refuseForgedButton } from "./card-clicks.ts";
import { openChangeOf } from "./change-buttons.ts";

/** Next or Previous under a list of users: replaces the list by another page, if only this person sees the list. */
export const showUserPage: ButtonListener = async (deps, { ack, body, action }) => {
  await ack();
  const page = readPageValue(action.value ?? "");
  if (!page) return refuseForgedButton(deps, body, action.action_id);
  if (!(await isFirstDelivery(deps, body))) return;
  const slackUserId = body.user.id;
  const answered = { responseUrl: body.response_url, slackUserId, place: placeOf(body) };
  const replacedBy = isSeenByOthers(body) ? [] : (["users"] as const);
  const sendAnswer = answerTo(deps, { ...answered, replacedBy });
  const work = async () => {
    const isFrozen = await deps.isFrozen();
    const found = await deps.userList.page(slackUserId, page.filter, page.offset);
    return { kind: "users" as const, list: listedUsers(page.filter, found), isFrozen };
  };
  await answer(deps, sendAnswer, work, { typed: {}, isNothingRequested: true });
};

/**
 * Export CSV under a list of users. It stores the click as a job before it acks, so that no click is lost. Clicks on
 * the same message by the same person are one export.
 */
export const exportUsers: ButtonListener = async (deps, { ack, body, action }) => {
  const filter = readExportValue(action.value ?? "");
  if (!filter) {
    await ack();
    return refuseForgedButton(deps, body, action.action_id);
  }
  const slackUserId = body.user.id;
  const messageTs: unknown = body.container.message_ts ?? action.action_ts;
  const list = [slackUserId, placeOf(body).channelId, messageTs, filter];
  await deps.jobs.enqueue({
    kind: "export_users",
    clickId: uuidOf(`${action.action_ts} ${slackUserId} ${action.value} ${action.action_id}`),
    exportId: uuidOf(`export ${canonicalJson(asJson(list))}`),
    ...{ slackUserId, place: placeOf(body), filter },
  });
  await ack();
};

/** An entry of the menu beside a user. It does the same as the button of that name under a looked-up user. */
export const chooseFromUserMenu: OverflowListener = async (deps, delivery) => {
  const { ack, body, action } = delivery;
  const read = readUserMenuValue(action.selected_option?.value ?? "");
  if (!read) {
    await ack();
    return refuseForgedButton(deps, body, action.action_id);
  }
  const { choice, userId } = read;
  const listener = choice === "look_up" ? runButton : openChangeOf(choice);
  const value = choice === "look_up" ? `user ${userId}` : userId;
  // Listeners of buttons read only these fields of a click.
  await listener(deps, {
    ...delivery,
    action: { ...action, value },
  } as unknown as Parameters<ButtonListener>[1]);
};
