import type { ModalView } from "@slack/types";
import { z } from "zod";
import {
  type ChangeRequest,
  type DecisionClick,
  LONGEST_REASON,
  nameOf,
  SHOWN_SNAPSHOT_LENGTH,
} from "../../change-requests/index.ts";
import { VIEW_IDS } from "../ids/registrations.ts";
import { describeChange, targetWords } from "../texts/change-texts.ts";
import { lines, person, plain, richText } from "../texts/rich-text.ts";
import type { ViewState } from "./view-state.ts";

export const REASON_BLOCK = "reason";
const VALUE = "value";

/** The values of the clicked button, kept in the form: the request, the hash of the shown facts, and the place. */
const openedFrom = z.object({
  requestId: z.number().int().positive(),
  shownSnapshot: z
    .string()
    .regex(/^[0-9a-f]*$/)
    .max(SHOWN_SNAPSHOT_LENGTH),
  place: z.object({
    channelId: z.string().regex(/^[CDG][A-Z0-9]{1,40}$/),
    threadTs: z
      .string()
      .regex(/^\d{1,20}\.\d{1,20}$/)
      .nullable(),
  }),
});

export type OpenedFrom = Pick<DecisionClick, "requestId" | "shownSnapshot" | "place">;

/** The differences between the forms that ask for a reason. */
interface Asking {
  readonly callbackId: string;
  /** The action of the submit button. */
  readonly verb: string;
  /** Between the change and its requester. */
  readonly askedBy: string;
  readonly consequence: string;
  readonly hint: string;
}

export function denialFormView(request: ChangeRequest, opened: OpenedFrom): ModalView {
  return reasonFormView(request, opened, {
    callbackId: VIEW_IDS.denialForm,
    verb: "Deny",
    askedBy: "requested by",
    consequence: "Nothing will be changed.",
    hint: "Shown to the requester and kept in the audit log.",
  });
}

export function disputeFormView(request: ChangeRequest, opened: OpenedFrom): ModalView {
  return reasonFormView(request, opened, {
    callbackId: VIEW_IDS.disputeForm,
    verb: "Dispute",
    askedBy: "an emergency by",
    consequence:
      "A dispute does not undo the change. Use Undo… on the card afterwards, if the card offers it.",
    hint: "Shown on the card and kept in the audit log.",
  });
}

function reasonFormView(
  request: ChangeRequest,
  { requestId, shownSnapshot, place }: OpenedFrom,
  { callbackId, verb, askedBy, consequence, hint }: Asking,
): ModalView {
  const name = nameOf(request.id);
  return {
    type: "modal",
    callback_id: callbackId,
    // It grants nothing: authority and state are checked again at the submission.
    private_metadata: JSON.stringify({ requestId, shownSnapshot, place } satisfies OpenedFrom),
    title: { type: "plain_text", text: `${verb} ${name}`.slice(0, 24), emoji: false },
    submit: { type: "plain_text", text: verb, emoji: false },
    close: { type: "plain_text", text: "Cancel", emoji: false },
    blocks: [
      richText(
        lines([
          plain(`${describeChange(request.change)} for ${targetWords(request)}, ${askedBy} `),
          person(request.requester.slackUserId),
          plain(`. ${consequence}`),
        ]),
      ),
      {
        type: "input",
        block_id: REASON_BLOCK,
        label: { type: "plain_text", text: "Reason", emoji: false },
        hint: { type: "plain_text", text: hint, emoji: false },
        element: { type: "plain_text_input", action_id: VALUE, multiline: true, max_length: LONGEST_REASON },
      },
    ],
  };
}

/** The values of the button that opened the form; `null` if they are not the bot's. */
export function readOpenedFrom(privateMetadata: string): OpenedFrom | null {
  try {
    return openedFrom.parse(JSON.parse(privateMetadata));
  } catch {
    return null;
  }
}

/** The submitted reason, trimmed. */
export function readReason(state: ViewState): string {
  return state[REASON_BLOCK]?.[VALUE]?.value?.trim() ?? "";
}
