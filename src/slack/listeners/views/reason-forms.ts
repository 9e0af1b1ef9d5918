import { type CardClick, type Job, reasonFault } from "../../../change-requests/index.ts";
import { uuidOf } from "../../../kernel/canonical-json.ts";
import { reasonFaultText } from "../../texts/field-faults.ts";
import { givenBack } from "../../texts/message.ts";
import { plain } from "../../texts/rich-text.ts";
import { REASON_BLOCK, readOpenedFrom, readReason } from "../../views/reason-form-view.ts";
import { viewStateSchema } from "../../views/view-state.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { SubmissionListener } from "../listener.ts";
import { fieldErrors, noticeInstead, SEND_AGAIN } from "./modal-answers.ts";

type GivenReason = CardClick & { readonly shownSnapshot: string; readonly reason: string };

/** Makes the listener of a form that asks for a reason. It stores a job before it acks. */
export function storeReason(jobOf: (given: GivenReason) => Job): SubmissionListener {
  return async (deps, { ack, body, view }) => {
    const complain = (text: string) => ack(fieldErrors({ [REASON_BLOCK]: text }));
    const reason = readReason(viewStateSchema.parse(view.state.values));
    const opened = readOpenedFrom(view.private_metadata);
    if (!opened) {
      if (await isFirstDelivery(deps, body)) await deps.recordForgery(body.user.id, view.callback_id);
      const sentence = [plain("This form doesn't belong to this bot. Nothing was done.")];
      const content = [sentence, ...givenBack({ "Your reason": reason })];
      return ack(noticeInstead("Nothing was done", content));
    }
    const fault = reasonFault(reason);
    if (fault !== null) return complain(reasonFaultText(fault, "decision"));
    try {
      // One form is one decision, also if Slack sends it several times.
      const clickId = uuidOf(`${view.id} ${body.user.id} ${view.callback_id}`);
      await deps.jobs.enqueue(jobOf({ ...opened, clickId, slackUserId: body.user.id, reason }));
    } catch (error) {
      deps.log("A reason could not be stored.", error);
      return complain(SEND_AGAIN);
    }
    return ack();
  };
}
