import type { KnownBlock, PlainTextOption } from "@slack/types";
import type { GrantLength, PreparedDraft } from "../../change-requests/index.ts";
import { openGrantLines } from "../messages/grant-texts.ts";
import { lengthText } from "../messages/length-text.ts";
import { bold, lines, richText } from "../messages/rich-text.ts";

const FOR_GOOD = "for_good";

/** Asks for how long roles are given, and says what is given for a limited time already. */
export function durationBlocks({ lengths, chosenLength, lent }: PreparedDraft): KnownBlock[] {
  const blocks: KnownBlock[] = [];
  if (lent.length > 0)
    blocks.push(
      richText(
        lines([bold("Given for a limited time already. To give one of them longer, choose it again.")]),
        openGrantLines(lent.slice(0, MOST_LISTED), { withSubject: false }),
      ),
    );
  blocks.push({
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
  });
  return blocks;
}

const MOST_LISTED = 20;

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
