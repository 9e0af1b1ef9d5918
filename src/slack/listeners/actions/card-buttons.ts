import type { ModalView } from "@slack/types";
import type { CardClick, Job } from "../../../change-requests/index.ts";
import { answerTo } from "../answering.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { ButtonListener } from "../listener.ts";
import type { SlackDeps } from "../slack-deps.ts";
import { tellNotOpened } from "../views/open-change.ts";
import { readCardClick } from "./card-click.ts";
import { refuseForgedButton } from "./forged-button.ts";

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
      await tellNotOpened(deps, answerTo(deps, { respond, ...click }), error);
    }
  };
}
