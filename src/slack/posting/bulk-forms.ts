import type { ModalView } from "@slack/types";
import {
  type BulkForms,
  type IsFrozen,
  type JobQueue,
  linesLeftOut,
  NothingToRequestError,
  refusalOrNull,
} from "../../change-requests/index.ts";
import { leftOutBlocks } from "../texts/bulk-texts.ts";
import { bulkTitle } from "../texts/change-texts.ts";
import { givenBack } from "../texts/message.ts";
import { refusalLines } from "../texts/refusal.ts";
import { lines, richText } from "../texts/rich-text.ts";
import { bulkFormView } from "../views/bulk-form-view.ts";
import { typedIn } from "../views/bulk-input-view.ts";
import { noticeView } from "../views/notice-view.ts";
import { type SlackApi, slackErrorCode } from "../web-api/slack-api.ts";

export function createBulkForms(options: {
  api: SlackApi;
  jobs: Pick<JobQueue, "enqueue">;
  isFrozen: IsFrozen;
}): BulkForms {
  const { api, jobs, isFrozen } = options;
  return {
    async showDryRun(viewId, draft) {
      // If the person has closed the modal, they get the result as a file.
      await isShown(viewId, bulkFormView(draft, { isFrozen: await isFrozen() }));
    },

    async showRefusal(input, kind, error, { opener, place }) {
      const leftOut =
        error instanceof NothingToRequestError ? linesLeftOut(error.reading) : { first: [], more: 0 };
      const typed = typedIn(input);
      const given = givenBack(typed);
      const view = noticeView({ title: bulkTitle(kind), draftId: null, content: refusalLines(error) });
      const more = [...leftOutBlocks(leftOut), ...(given.length > 0 ? [richText(lines(...given))] : [])];
      if (await isShown(input.viewId, { ...view, blocks: [...view.blocks, ...more] })) return;
      const refusal = refusalOrNull(error);
      await jobs.enqueue({
        kind: "tell",
        slackUserId: opener.slackUserId,
        place,
        notice: { kind: "bulk_refused", bulk: kind, refusal, leftOut, typed },
      });
    },
  };

  /** Resolves to `false` if the person has closed the modal. */
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
