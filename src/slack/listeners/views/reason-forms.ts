import { type CardClick, type Job, reasonFault } from "../../../change-requests/index.ts";
import { uuidOf } from "../../../kernel/canonical-json.ts";
import { reasonFaultText } from "../../texts/field-faults.ts";
import { givenBack } from "../../texts/message.ts";
import { plain } from "../../texts/rich-text.ts";
import { noticeView } from "../../views/notice-view.ts";
import { REASON_BLOCK, readOpenedFrom, readReason } from "../../views/reason-form-view.ts";
import { viewStateSchema } from "../../views/view-state.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { SubmissionListener } from "../listener.ts";

type GivenReason = CardClick & { readonly shownSnapshot: string; readonly reason: string };

/**
 * Makes the listener of a form that asks for a reason. The reason is stored before the ack, as a click is, and carried
 * out by a job.
 */
export function storeReason(jobOf: (given: GivenReason) => Job): SubmissionListener {
  return async (deps, { ack, body, view }) => {
    const complain = (text: string) => ack({ response_action: "errors", errors: { [REASON_BLOCK]: text } });
    const opened = readOpenedFrom(view.private_metadata);
    if (!opened) {
      if (await isFirstDelivery(deps, body)) await deps.recordForgery(body.user.id, view.callback_id);
      const given = readReason(viewStateSchema.parse(view.state.values));
      const content = [
        [plain("This form was not made by this bot. Nothing was done.")],
        ...givenBack({ "Your reason": given }),
      ];
      return ack({
        response_action: "update",
        view: noticeView({ title: "Nothing was done", draftId: null, content }),
      });
    }
    const reason = readReason(viewStateSchema.parse(view.state.values));
    const fault = reasonFault(reason);
    if (fault !== null) return complain(reasonFaultText(fault, "decision"));
    try {
      // One form is one decision, however often it is sent.
      const clickId = uuidOf(`${view.id} ${body.user.id} ${view.callback_id}`);
      await deps.jobs.enqueue(jobOf({ ...opened, clickId, slackUserId: body.user.id, reason }));
    } catch (error) {
      deps.log("A reason could not be stored.", error);
      return complain("It is not known whether this was stored. Send it again in a moment; it counts once.");
    }
    return ack();
  };
}
