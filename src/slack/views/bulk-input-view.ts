import type { KnownBlock, ModalView } from "@slack/types";
import {
  type BulkDraft,
  type BulkKind,
  type GivenInput,
  LONGEST_BULK_TEXTS,
  MOST_SUBJECTS,
} from "../../change-requests/index.ts";
import { VIEW_IDS } from "../ids/registrations.ts";
import { bulkTitle, count } from "../texts/change-texts.ts";
import { frozenFormLines } from "../texts/freeze-texts.ts";
import type { TypedTexts } from "../texts/message.ts";
import { lines, plain, richText } from "../texts/rich-text.ts";
import type { ViewState } from "./view-state.ts";

/** Blocks of the form that asks for the users of a bulk. */
export const BULK_INPUT_BLOCKS = { file: "file", text: "text", roles: "roles" } as const;

const VALUE = "value";

/** Asks for a file or pasted lines. */
export function bulkInputView(
  { id, kind }: Pick<BulkDraft, "id" | "kind">,
  { isFrozen }: { isFrozen: boolean },
): ModalView {
  return {
    type: "modal",
    callback_id: VIEW_IDS.bulkInput,
    private_metadata: id,
    title: { type: "plain_text", text: bulkTitle(kind), emoji: false },
    submit: { type: "plain_text", text: "Preview", emoji: false },
    close: { type: "plain_text", text: "Cancel", emoji: false },
    blocks: [
      richText(
        lines(...frozenFormLines(isFrozen), [
          plain(`Up to ${count(MOST_SUBJECTS, "user")}. You get a preview first. Nothing changes yet.`),
        ]),
      ),
      {
        type: "input",
        block_id: BULK_INPUT_BLOCKS.file,
        optional: true,
        label: { type: "plain_text", text: "File", emoji: false },
        hint: {
          type: "plain_text",
          text: "CSV with a column user, user_id, username or email, or JSON Lines. At most 1 MB.",
          emoji: false,
        },
        element: { type: "file_input", action_id: VALUE, max_files: 1 },
      },
      {
        type: "input",
        block_id: BULK_INPUT_BLOCKS.text,
        optional: true,
        label: { type: "plain_text", text: "Or pasted lines", emoji: false },
        hint: { type: "plain_text", text: "One username or user id per line, or CSV.", emoji: false },
        element: {
          type: "plain_text_input",
          action_id: VALUE,
          multiline: true,
          max_length: LONGEST_BULK_TEXTS.text,
        },
      },
      ...namesInput(kind),
    ],
  };
}

/** The field with the roles or the organization of lines that name none. */
function namesInput(kind: BulkKind): KnownBlock[] {
  if (kind === "deactivate" || kind === "activate") return [];
  const label = kind === "move" ? "Organization" : "Roles";
  const each = kind === "move" ? "Name or GUID" : "Names or ids, one per line";
  return [
    {
      type: "input",
      block_id: BULK_INPUT_BLOCKS.roles,
      optional: true,
      label: { type: "plain_text", text: label, emoji: false },
      hint: { type: "plain_text", text: `${each}. Used for lines that name none.`, emoji: false },
      element: {
        type: "plain_text_input",
        action_id: VALUE,
        multiline: kind !== "move",
        max_length: LONGEST_BULK_TEXTS.roles,
      },
    },
  ];
}

/** The typed texts, shown again if the form is refused. */
export function typedIn({ text, roles }: Pick<GivenInput, "text" | "roles">): TypedTexts {
  return { "Your lines": text, "Your roles or organization": roles.join("\n") };
}

export function readBulkInputForm(state: ViewState): {
  text: string | null;
  fileId: string | null;
  names: string[];
} {
  const field = (block: string) => state[block]?.[VALUE];
  const names = (field(BULK_INPUT_BLOCKS.roles)?.value ?? "").split(/\r?\n/);
  return {
    text: field(BULK_INPUT_BLOCKS.text)?.value ?? null,
    fileId: field(BULK_INPUT_BLOCKS.file)?.files?.[0]?.id ?? null,
    names: names.map((name) => name.trim()).filter(Boolean),
  };
}
