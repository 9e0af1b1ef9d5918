import type { Answer } from "../../change-requests/index.ts";
import { givenBack, type Message, shortMessage } from "./message.ts";
import { bold, plain, shortened } from "./rich-text.ts";

/** Characters of an unknown command that are shown. */
const LONGEST_COMMAND = 200;

type ShortAnswer = Extract<
  Answer,
  {
    readonly kind:
      | "looking_up"
      | "form_too_late"
      | "undo_of_what"
      | "unknown_command"
      | "forged_button"
      | "delivery_incomplete"
      | "other_version";
  }
>;

/** A short answer, with the texts that the person typed. */
export function shortAnswer(answer: ShortAnswer): Message {
  switch (answer.kind) {
    case "looking_up":
      return sentence("Looking up…");
    case "form_too_late": {
      const text = "The form took too long to open. Nothing was requested. Try again.";
      return shortMessage("Too slow", [plain(text)], ...givenBack(answer.typed));
    }
    case "undo_of_what": {
      const text = "Name the request to undo, such as /incydr undo CR-17.";
      return shortMessage("Which request?", [plain(text)], ...givenBack(answer.typed));
    }
    case "unknown_command":
      return shortMessage(
        "Unknown command",
        [
          plain(`There is no “/incydr ${shortened(answer.command, LONGEST_COMMAND)}”. `),
          bold("/incydr help"),
          plain(" lists all commands."),
        ],
        ...givenBack(answer.typed),
      );
    case "forged_button":
      return sentence("This button doesn't belong to this bot. Nothing was done.");
    case "delivery_incomplete":
      return sentence(DELIVERY_INCOMPLETE, "Try again");
    case "other_version":
      return sentence(otherVersionText(answer.what), "From another version");
  }
}

/** The answer to a delivery with missing parts. */
export const DELIVERY_INCOMPLETE = "Slack sent incomplete data. Nothing was done. Try again.";

/** The answer to a delivery that this version doesn't know; `what` is a noun such as `button`. */
export function otherVersionText(what: string): string {
  return `This ${what} is from another version of the bot. Nothing was done. Use the newest card or form, or start again with /incydr help.`;
}

function sentence(text: string, summary = text): Message {
  return shortMessage(summary, [plain(text)]);
}
