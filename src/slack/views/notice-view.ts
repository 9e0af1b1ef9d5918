import type { ModalView } from "@slack/types";
import { nameOf } from "../../change-requests/index.ts";
import { VIEW_IDS } from "../ids/registrations.ts";
import { type Line, lines, plain, richText } from "../texts/rich-text.ts";

/** A modal without inputs: the form is loading, or can't be shown. */
export function noticeView(options: {
  title: string;
  draftId: string | null;
  content: readonly Line[];
}): ModalView {
  return {
    type: "modal",
    callback_id: VIEW_IDS.notice,
    // The bot answers if it is closed before the form has loaded.
    notify_on_close: options.draftId !== null,
    private_metadata: options.draftId ?? "",
    title: { type: "plain_text", text: options.title, emoji: false },
    close: { type: "plain_text", text: "Close", emoji: false },
    blocks: [richText(lines(...options.content))],
  };
}

/** Shown until the form has loaded; `who` is a typed user, or the number of the request about the user. */
export function loadingView(draftId: string, title: string, who: string | number): ModalView {
  const user = typeof who === "number" ? `the user of ${nameOf(who)}` : who;
  return noticeView({ title, draftId, content: [[plain(`Looking up ${user} in Incydr…`)]] });
}
