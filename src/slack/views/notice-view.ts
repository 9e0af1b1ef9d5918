import type { ModalView } from "@slack/types";
import { VIEW_IDS } from "../ids/registrations.ts";
import { type Line, lines, plain, richText } from "../texts/rich-text.ts";

/** A modal that only says something: that the subject is being read, or why there is no form. */
export function noticeView(options: {
  title: string;
  draftId: string | null;
  content: readonly Line[];
}): ModalView {
  return {
    type: "modal",
    callback_id: VIEW_IDS.notice,
    // Closing it while the form is still on its way is answered.
    notify_on_close: options.draftId !== null,
    private_metadata: options.draftId ?? "",
    title: { type: "plain_text", text: options.title, emoji: false },
    close: { type: "plain_text", text: "Close", emoji: false },
    blocks: [richText(lines(...options.content))],
  };
}

/** Shown until the form is. */
export function loadingView(draftId: string, title: string, who: string): ModalView {
  return noticeView({ title, draftId, content: [[plain(`Looking up ${who} in Incydr…`)]] });
}
