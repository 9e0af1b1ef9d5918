import type { ModalView } from "@slack/types";
import {
  type BulkForms,
  type IsFrozen,
  type JobQueue,
  NothingToRequestError,
} from "../../change-requests/index.ts";
import { asJson } from "../../kernel/canonical-json.ts";
import { givenBack } from "../texts/given-back.ts";
import { message } from "../texts/message.ts";
import { refusalLines } from "../texts/refusal.ts";
import { lines, richText } from "../texts/rich-text.ts";
import { bulkFormView, lineList } from "../views/bulk-form-view.ts";
import { bulkTitle, typedIn } from "../views/bulk-input-view.ts";
import { noticeView } from "../views/notice-view.ts";
import { type SlackApi, slackErrorCode } from "../web-api/slack-api.ts";

/** Shows what was read of a bulk in the modal that waits for it. */
export function createBulkForms(options: {
  api: SlackApi;
  jobs: Pick<JobQueue, "enqueue">;
  isFrozen: IsFrozen;
}): BulkForms {
  const { api, jobs, isFrozen } = options;
  return {
    async showReading(viewId, draft) {
      // A person who has closed the modal is sent the result as a file.
      await isShown(viewId, bulkFormView(draft, { isFrozen: await isFrozen() }));
    },

    async showRefusal(input, kind, error, { opener, place }) {
      const title = bulkTitle(kind);
      const content = refusalLines(error);
      const view = noticeView({ title, draftId: null, content });
      const details = error instanceof NothingToRequestError ? lineList(error.reading) : [];
      const typed = givenBack(typedIn(input));
      const more = [...details, ...(typed.length > 0 ? [richText(lines(...typed))] : [])];
      if (await isShown(input.viewId, { ...view, blocks: [...view.blocks, ...more] })) return;
      const words = message(`${title}: nothing was requested`, [richText(lines(...content)), ...more]);
      await jobs.enqueue({
        kind: "tell",
        slackUserId: opener.slackUserId,
        place,
        words: { text: words.text, blocks: asJson(words.blocks) },
      });
    },
  };

  /** Resolves to `false` if the modal was closed meanwhile. */
  async function isShown(viewId: string, view: ModalView): Promise<boolean> {
    try {
      await api.reading.views.update({ view_id: viewId, view });
      return true;
    } catch (error) {
      if (slackErrorCode(error) === "not_found") return false;
      throw error;
    }
  }
}
