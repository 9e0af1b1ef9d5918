import { listedUsers } from "../../../change-requests/index.ts";
import { readPageValue } from "../../messages/user-list-page.ts";
import { answerTo } from "../answering.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { ButtonListener } from "../listener.ts";
import { answer } from "../send-answer.ts";
import { placeOf, refuseForgedButton } from "./card-clicks.ts";

/** Next or Previous under a list of users: replaces the list by another page. */
export const showUserPage: ButtonListener = async (deps, { ack, body, action }) => {
  await ack();
  const page = readPageValue(action.value ?? "");
  if (!page) return refuseForgedButton(deps, body, action.action_id);
  if (!(await isFirstDelivery(deps, body))) return;
  const slackUserId = body.user.id;
  const answered = { responseUrl: body.response_url, slackUserId, place: placeOf(body) };
  const sendAnswer = answerTo(deps, { ...answered, replacedBy: "users" });
  const work = async () => {
    const isFrozen = await deps.isFrozen();
    const found = await deps.userList.page(slackUserId, page.filter, page.offset);
    return { kind: "users" as const, list: listedUsers(page.filter, found), isFrozen };
  };
  await answer(deps, sendAnswer, work, { typed: {}, isNothingRequested: true });
};
