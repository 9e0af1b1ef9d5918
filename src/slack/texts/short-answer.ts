import type { Answer, OptionFault } from "../../change-requests/index.ts";
import { givenBack, type Message, shortMessage } from "./message.ts";
import { plain, shortened } from "./rich-text.ts";

/** Characters of a mistyped option that are shown. */
const LONGEST_OPTION = 50;

type ShortAnswer = Extract<
  Answer,
  {
    readonly kind:
      | "looking_up"
      | "form_too_late"
      | "undo_of_what"
      | "option_fault"
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
    case "option_fault":
      return shortMessage(
        "Option not understood",
        [plain(`${optionFaultText(answer.fault)} Nothing was requested.`)],
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

function optionFaultText(fault: OptionFault): string {
  if (fault.why === "long_name") return `The name is too long. Use at most ${fault.most} characters of it.`;
  const option = `--${shortened(fault.option, LONGEST_OPTION)}`;
  switch (fault.why) {
    case "unknown": {
      const known = fault.known.map((name) => `--${name}`).join(", ");
      return `There is no option ${option} here. Options are ${known}. Put a text that has two hyphens in quotes.`;
    }
    case "repeated":
      return `The option ${option} is there twice. Use it once.`;
    case "empty":
      return `The option ${option} has no text. Type it after the option.`;
    case "no_length":
      return `The text after ${option} is no length of time. Use one such as 30m, 8h, 3d or permanent.`;
    case "no_time":
      return `The text after ${option} is no time. Use one such as 12h, 7d or 2026-11-01.`;
    case "no_request":
      return `The text after ${option} is no request. Use a number such as CR-17.`;
    case "no_page":
      return `The text after ${option} is no page. Use a number such as 2.`;
    case "no_choice":
      return `After ${option}, use one of: ${fault.choices.join(", ")}.`;
    case "too_long":
      return `The text after ${option} is too long. Use at most ${fault.most} characters.`;
    case "exclusive":
      return `The options ${option} and --${fault.other} exclude each other. Use one of them.`;
    case "no_mentions":
      return fault.most === 1
        ? `After ${option}, mention one person with @, or write me.`
        : `After ${option}, mention up to ${fault.most} people with @, and nothing else.`;
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
