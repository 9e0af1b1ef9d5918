import { BulkInputError, FormError, isRefusal } from "../../../change-requests/index.ts";
import { bulkInputText } from "../../texts/field-faults.ts";
import { givenBack } from "../../texts/message.ts";
import { refusalLines } from "../../texts/refusal.ts";
import { plain } from "../../texts/rich-text.ts";
import { readBulkForm } from "../../views/bulk-form-view.ts";
import { BULK_INPUT_BLOCKS, readBulkInputForm, typedIn } from "../../views/bulk-input-view.ts";
import { FIELD_BLOCKS } from "../../views/change-form-view.ts";
import { noticeView } from "../../views/notice-view.ts";
import { readDraftId, viewStateSchema } from "../../views/view-state.ts";
import type { SubmissionListener } from "../listener.ts";
import { errorsByBlock, isOverSoon, SEND_AGAIN } from "./change-modals.ts";

/** The first form of a bulk, which asks whom it is about. Stored before the ack. */
export const submitBulkInput: SubmissionListener = async (deps, { ack, body, view }) => {
  const { text, fileId, names } = readBulkInputForm(viewStateSchema.parse(view.state.values));
  const title = view.title.text;
  try {
    const input = { text, fileId, roles: names, viewId: view.id };
    await deps.bulkOpening.give(readDraftId(view.private_metadata), body.user.id, input);
  } catch (error) {
    if (error instanceof BulkInputError)
      return ack({
        response_action: "errors",
        errors: { [BULK_INPUT_BLOCKS[error.data.field]]: bulkInputText(error.data.fault) },
      });
    // The pasted text stays; sending the same form again can't begin a second bulk.
    if (!isRefusal(error)) {
      deps.log("A bulk could not be taken.", error);
      return ack({ response_action: "errors", errors: { [BULK_INPUT_BLOCKS.text]: SEND_AGAIN } });
    }
    const content = [...refusalLines(error), ...givenBack(typedIn({ text, roles: names }))];
    return ack({ response_action: "update", view: noticeView({ title, draftId: null, content }) });
  }
  const content = [[plain("Reading these users in Incydr… With many of them this takes minutes.")]];
  return ack({ response_action: "update", view: noticeView({ title, draftId: null, content }) });
};

/** The second form of a bulk, which asks why. Stored before the ack. */
export const submitBulkForm: SubmissionListener = async (deps, { ack, body, view }) => {
  const form = readBulkForm(viewStateSchema.parse(view.state.values));
  try {
    await deps.submitBulk(readDraftId(view.private_metadata), body.user.id, form);
  } catch (error) {
    if (error instanceof FormError) return ack({ response_action: "errors", errors: errorsByBlock(error) });
    // The typed texts stay. The same form, sent again, can't make a second request.
    if (!isRefusal(error) || isOverSoon(error)) {
      deps.log("A bulk could not be submitted.", error);
      return ack({ response_action: "errors", errors: { [FIELD_BLOCKS.reason]: SEND_AGAIN } });
    }
    const content = [
      ...refusalLines(error),
      ...givenBack({ "Your reason": form.reason, "Your ticket": form.ticket }),
    ];
    const title = view.title.text;
    return ack({ response_action: "update", view: noticeView({ title, draftId: null, content }) });
  }
  return ack();
};
