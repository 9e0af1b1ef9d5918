import { BulkInputError, isRefusal } from "../../../change-requests/index.ts";
import { bulkInputText } from "../../texts/field-faults.ts";
import { givenBack } from "../../texts/message.ts";
import { refusalLines } from "../../texts/refusal.ts";
import { plain } from "../../texts/rich-text.ts";
import { readBulkForm } from "../../views/bulk-form-view.ts";
import { BULK_INPUT_BLOCKS, readBulkInputForm, typedIn } from "../../views/bulk-input-view.ts";
import { readDraftId, viewStateSchema } from "../../views/view-state.ts";
import type { SubmissionListener } from "../listener.ts";
import { submitForm } from "./change-modals.ts";
import { fieldErrors, noticeInstead, SEND_AGAIN } from "./modal-answers.ts";

/** The first form of a bulk, which asks for its users. The listener stores the input before it acks. */
export const submitBulkInput: SubmissionListener = async (deps, { ack, body, view }) => {
  const { text, fileId, names } = readBulkInputForm(viewStateSchema.parse(view.state.values));
  const title = view.title.text;
  try {
    const input = { text, fileId, roles: names, viewId: view.id };
    await deps.bulkOpening.give(readDraftId(view.private_metadata), body.user.id, input);
  } catch (error) {
    if (error instanceof BulkInputError)
      return ack(fieldErrors({ [BULK_INPUT_BLOCKS[error.data.field]]: bulkInputText(error.data.fault) }));
    // A second submission of the same form can't begin a second bulk.
    if (!isRefusal(error)) {
      deps.log("A bulk could not be taken.", error);
      return ack(fieldErrors({ [BULK_INPUT_BLOCKS.text]: SEND_AGAIN }));
    }
    return ack(noticeInstead(title, [...refusalLines(error), ...givenBack(typedIn({ text, roles: names }))]));
  }
  const content = [[plain("Reading these users in Incydr… With many users this takes minutes.")]];
  return ack(noticeInstead(title, content));
};

/** The second form of a bulk, which asks for the reason. */
export const submitBulkForm = submitForm(
  readBulkForm,
  (deps, ...submitted) => deps.submitBulk(...submitted),
  "A bulk could not be submitted.",
);
