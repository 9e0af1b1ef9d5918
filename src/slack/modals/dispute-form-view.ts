import type { ModalView } from "@slack/types";
import { type ChangeRequest, nameOf, onlyTarget } from "../../change-requests/index.ts";
import { describeChange } from "../messages/change-texts.ts";
import { bold, lines, person, plain, richText } from "../messages/rich-text.ts";
import { VIEW_IDS } from "../registrations.ts";
import { DENIAL_REASON_BLOCK, type OpenedFrom } from "./denial-form-view.ts";

/** Asks why an emergency change is disputed. */
export function disputeFormView(
  request: ChangeRequest,
  { requestId, shownSnapshot, place }: OpenedFrom,
): ModalView {
  const name = nameOf(request.id);
  return {
    type: "modal",
    callback_id: VIEW_IDS.disputeForm,
    // Says only what is disputed; who may dispute it, and whether it still can be, is found out anew.
    private_metadata: JSON.stringify({ requestId, shownSnapshot, place } satisfies OpenedFrom),
    title: { type: "plain_text", text: `Dispute ${name}`.slice(0, 24), emoji: false },
    submit: { type: "plain_text", text: "Dispute", emoji: false },
    close: { type: "plain_text", text: "Back out", emoji: false },
    blocks: [
      richText(
        lines([
          bold(`${name} `),
          plain(`${describeChange(request.change)} for ${onlyTarget(request).username}, an emergency by `),
          person(request.requester.slackUserId),
          plain(". Disputing undoes nothing by itself: the card then offers a request that does."),
        ]),
      ),
      {
        type: "input",
        block_id: DENIAL_REASON_BLOCK,
        label: { type: "plain_text", text: "Reason", emoji: false },
        hint: { type: "plain_text", text: "Shown on the card and kept in the audit log.", emoji: false },
        element: { type: "plain_text_input", action_id: "value", multiline: true, max_length: 1000 },
      },
    ],
  };
}
