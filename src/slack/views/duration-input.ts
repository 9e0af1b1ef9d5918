import type { KnownBlock, PlainTextOption } from "@slack/types";
import type { GrantLength, PreparedDraft } from "../../change-requests/index.ts";
import { lengthText } from "../texts/change-texts.ts";
import { openGrantLines } from "../texts/grant-texts.ts";
import { bold, lines, richText } from "../texts/rich-text.ts";

const MOST_ROLES_LISTED = 20;

const FOR_GOOD = "for_good";

/** Asks for how long roles are given. */
export function durationInput({ lengths, chosenLength }: PreparedDraft): KnownBlock {
  return {
    type: "input",
    block_id: "duration",
    label: { type: "plain_text", text: "For how long", emoji: false },
    hint: {
      type: "plain_text",
      text: "Counted from when it is carried out. Then the roles are taken away again, unless they were held before.",
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

/** What was chosen; nothing, or what is no length, is for good only where it says so. */
export function readLength(value: string | undefined): GrantLength {
  return value === undefined || value === FOR_GOOD ? null : Number(value);
}

function lengthOption(length: GrantLength): PlainTextOption {
  const text = length === null ? "For good" : lengthText(length);
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
      ? "Given for a limited time. What stays in the list is taken away at its end all the same."
      : "Given for a limited time already. To give one of them longer, choose it again.";
  return [
    richText(
      lines([bold(meaning)]),
      openGrantLines(temporaryGrants.slice(0, MOST_ROLES_LISTED), { withSubject: false, isFrozen }),
    ),
  ];
}
