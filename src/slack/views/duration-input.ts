import type { KnownBlock, PlainTextOption } from "@slack/types";
import type { GrantLength, PreparedDraft } from "../../change-requests/index.ts";
import { lengthText } from "../texts/change-texts.ts";
import { openGrantLines } from "../texts/grant-texts.ts";
import { bold, lines, richText } from "../texts/rich-text.ts";

const MOST_ROLES_LISTED = 20;

const FOR_GOOD = "for_good";

export function durationInput({ lengths, chosenLength }: PreparedDraft): KnownBlock {
  return {
    type: "input",
    block_id: "duration",
    label: { type: "plain_text", text: "For how long", emoji: false },
    hint: {
      type: "plain_text",
      text: "Starts when the change is made. At the end, only roles added by this request are removed.",
      emoji: false,
    },
    element: {
      type: "static_select",
      action_id: "value",
      options: lengths.map(lengthOption),
      initial_option: lengthOption(chosenLength),
    },
  };
}

/** The chosen duration in hours; `null` is permanent, `NaN` is no offered duration. */
export function readLength(value: string | undefined): GrantLength {
  return value === undefined || value === FOR_GOOD ? null : Number(value);
}

function lengthOption(length: GrantLength): PlainTextOption {
  const text = length === null ? "Permanently" : lengthText(length);
  return {
    text: { type: "plain_text", text, emoji: false },
    value: length === null ? FOR_GOOD : String(length),
  };
}

/** The temporary roles of the subject, and the effect of the change on them; no block if the subject has none. */
export function temporaryRoleBlocks({
  kind,
  temporaryGrants,
  isFrozen,
}: Pick<PreparedDraft, "kind" | "temporaryGrants" | "isFrozen">): KnownBlock[] {
  if (temporaryGrants.length === 0) return [];
  const meaning =
    kind === "replace_roles"
      ? "Temporary roles. If you keep one in the list, it is still removed at its end."
      : "Temporary roles. To extend one, choose it again.";
  return [
    richText(
      lines([bold(meaning)]),
      openGrantLines(temporaryGrants.slice(0, MOST_ROLES_LISTED), { isFrozen }),
    ),
  ];
}
