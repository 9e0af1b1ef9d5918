import type { ModalView } from "@slack/types";
import { z } from "zod";
import { type ChangeRequest, type DecisionClick, nameOf } from "../../change-requests/index.ts";
import { describeChange, targetWords } from "../messages/change-texts.ts";
import { bold, lines, person, plain, richText } from "../messages/rich-text.ts";
import { VIEW_IDS } from "../registrations.ts";
import type { ViewState } from "./view-state.ts";

/** The block that asks why. */
export const DENIAL_REASON_BLOCK = "reason";
const VALUE = "value";

/** What the clicked button said, carried through the form: which request, as which facts were shown, and where. */
const openedFrom = z.object({
  requestId: z.number().int().positive(),
  shownSnapshot: z.string(),
  place: z.object({ channelId: z.string(), threadTs: z.string().nullable() }),
});

export type OpenedFrom = Pick<DecisionClick, "requestId" | "shownSnapshot" | "place">;

/** Asks why a request is denied. */
export function denialFormView(
  request: ChangeRequest,
  { requestId, shownSnapshot, place }: OpenedFrom,
): ModalView {
  const name = nameOf(request.id);
  return {
    type: "modal",
    callback_id: VIEW_IDS.denialForm,
    // Says only what is denied; who may deny it, and whether it still can be, is found out anew.
    private_metadata: JSON.stringify({ requestId, shownSnapshot, place } satisfies OpenedFrom),
    title: { type: "plain_text", text: `Deny ${name}`.slice(0, 24), emoji: false },
    submit: { type: "plain_text", text: "Deny", emoji: false },
    close: { type: "plain_text", text: "Back out", emoji: false },
    blocks: [
      richText(
        lines([
          bold(`${name} `),
          plain(`${describeChange(request.change)} for ${targetWords(request)}, asked for by `),
          person(request.requester.slackUserId),
          plain(". Nothing will be changed."),
        ]),
      ),
      {
        type: "input",
        block_id: DENIAL_REASON_BLOCK,
        label: { type: "plain_text", text: "Reason", emoji: false },
        hint: { type: "plain_text", text: "Shown to the requester and kept in the audit log.", emoji: false },
        element: { type: "plain_text_input", action_id: VALUE, multiline: true, max_length: 1000 },
      },
    ],
  };
}

/** What the form was opened from; `null` if it isn't the bot's. */
export function readOpenedFrom(privateMetadata: string): OpenedFrom | null {
  try {
    return openedFrom.parse(JSON.parse(privateMetadata));
  } catch {
    return null;
  }
}

/** What was filled in, without the blanks around it. */
export function readDenialReason(state: ViewState): string {
  return state[DENIAL_REASON_BLOCK]?.[VALUE]?.value?.trim() ?? "";
}
