import { listedOrgs } from "../../../change-requests/index.ts";
import { readOrgPageValue } from "../../messages/org-list-page.ts";
import { answerTo } from "../answering.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { ButtonListener } from "../listener.ts";
import { answer } from "../send-answer.ts";
import { placeOf, refuseForgedButton } from "./card-clicks.ts";

/** Next or Previous under a list of organizations: replaces the list, if only this person sees it. */
export const showOrgPage: ButtonListener = async (deps, { ack, body, action }) => {
  await ack();
  const page = readOrgPageValue(action.value ?? "");
  if (!page) return refuseForgedButton(deps, body, action.action_id);
  if (!(await isFirstDelivery(deps, body))) return;
  const slackUserId = body.user.id;
  const answered = { responseUrl: body.response_url, slackUserId, place: placeOf(body) };
  const isSeenByOthers = body.container.is_ephemeral !== true;
  const sendAnswer = answerTo(deps, isSeenByOthers ? answered : { ...answered, replacedBy: "orgs" });
  const work = async () => {
    const isFrozen = await deps.isFrozen();
    const found = await deps.orgList.page(slackUserId, page.text, page.offset);
    return { kind: "orgs" as const, list: listedOrgs(page.text, found), isFrozen };
  };
  await answer(deps, sendAnswer, work, { typed: {}, isNothingRequested: true });
};
