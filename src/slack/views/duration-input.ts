import type { KnownBlock, PlainTextOption } from "@slack/types";
import type { GrantLength, PreparedDraft } from "../../change-requests/index.ts";
import { lengthText } from "../texts/length-text.ts";

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
