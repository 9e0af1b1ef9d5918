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

/** An answer of one sentence, with the texts that the person typed. */
export function shortAnswer(answer: ShortAnswer): Message {
  switch (answer.kind) {
    case "looking_up":
      return sentence("Looking up…");
    case "form_too_late": {
      const text = "It took too long to open the form. Nothing was requested; please try again.";
      return shortMessage("Too slow", [plain(text)], ...givenBack(answer.typed));
    }
    case "undo_of_what": {
      const text = "Say which request is to be undone, such as /incydr undo CR-17.";
      return shortMessage("Which request?", [plain(text)], ...givenBack(answer.typed));
    }
    case "unknown_command":
      return shortMessage(
        "Unknown command",
        [
          plain(`There is no “/incydr ${shortened(answer.command, LONGEST_COMMAND)}”. `),
          bold("/incydr help"),
          plain(" shows what there is."),
        ],
        ...givenBack(answer.typed),
      );
    case "forged_button":
      return sentence("This button was not made by this bot. Nothing was done.");
    case "delivery_incomplete":
      return sentence(DELIVERY_INCOMPLETE, "Please try again");
    case "other_version":
      return sentence(otherVersionText(answer.what), "From another version");
  }
}

/** The answer to a delivery with missing parts. */
export const DELIVERY_INCOMPLETE =
  "Slack sent this incomplete, so that it could not be read. Nothing was done. Please try again.";

/** The answer to a delivery that this version doesn't know; `what`: such as `button`. */
export function otherVersionText(what: string): string {
  return `This ${what} belongs to another version of the bot. Nothing was done. Use the newest card or form, or start again: /incydr help shows how.`;
}

function sentence(text: string, summary = text): Message {
  return shortMessage(summary, [plain(text)]);
}
