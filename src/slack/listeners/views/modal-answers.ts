import type { Line } from "../../texts/rich-text.ts";
import { noticeView } from "../../views/notice-view.ts";

/** The text below a field if the bot doesn't know whether it stored the form. */
export const SEND_AGAIN =
  "It is not known whether this was stored. Press the button again in a moment; it counts once.";

/** The ack that shows texts below fields of a form, by their `block_id`. The form keeps what the person typed. */
export function fieldErrors(errors: Record<string, string>) {
  return { response_action: "errors", errors } as const;
}

/** The ack that replaces a form by a notice. */
export function noticeInstead(title: string, content: readonly Line[]) {
  return { response_action: "update", view: noticeView({ title, draftId: null, content }) } as const;
}
