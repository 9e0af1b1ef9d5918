import type { ModalView } from "@slack/types";
import { type BulkForms, NothingToRequestError } from "../change-requests/index.ts";
import { givenBack } from "./messages/given-back.ts";
import { refusalLines } from "./messages/refusal.ts";
import { lines, richText } from "./messages/rich-text.ts";
import { bulkFormView, lineList } from "./modals/bulk-form-view.ts";
import { bulkTitle, typedIn } from "./modals/bulk-input-view.ts";
import { noticeView } from "./modals/notice-view.ts";
import { type SlackApi, slackErrorCode } from "./slack-api.ts";

/** Shows what was read of a bulk in the modal that waits for it. */
export function createBulkForms({ api }: { api: SlackApi }): BulkForms {
  return {
    showReading: (viewId, draft) => update(viewId, bulkFormView(draft)),

    async showRefusal(input, kind, error) {
      const view = noticeView({ title: bulkTitle(kind), draftId: null, content: refusalLines(error) });
      const details = error instanceof NothingToRequestError ? lineList(error.reading) : [];
      const typed = givenBack(typedIn(input));
      const blocks = [...view.blocks, ...details, ...(typed.length > 0 ? [richText(lines(...typed))] : [])];
      await update(input.viewId, { ...view, blocks });
    },
  };

  async function update(viewId: string, view: ModalView): Promise<void> {
    try {
      await api.reading.views.update({ view_id: viewId, view });
    } catch (error) {
      // Closed meanwhile: whoever closed it wants nothing more of it.
      if (slackErrorCode(error) !== "not_found") throw error;
    }
  }
}
