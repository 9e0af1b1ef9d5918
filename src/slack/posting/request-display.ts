import type { KnownBlock } from "@slack/types";
import { isRefusal, type RequestDisplay, type Words } from "../../change-requests/index.ts";
import { asJson } from "../../kernel/canonical-json.ts";
import { givenUpLines } from "../texts/failure-texts.ts";
import { givenBack } from "../texts/given-back.ts";
import { shortMessage } from "../texts/message.ts";
import { refusalLines } from "../texts/refusal.ts";
import { type Line, plain } from "../texts/rich-text.ts";
import { createRequestMessages, type RequestMessagesOptions } from "./request-messages.ts";
import { createTellPerson } from "./tell-person.ts";

/** Shows requests as cards, with what came to pass in their threads. */
export function createRequestDisplay(options: RequestMessagesOptions): RequestDisplay {
  const tellPerson = createTellPerson(options);
  return {
    ...createRequestMessages(options),

    notice: (sentences) =>
      wordsOf(
        "For you",
        sentences.map((sentence) => [plain(sentence)]),
      ),

    refusal: (error, reason = null) =>
      wordsOf(isRefusal(error) ? "That was not done" : "Something went wrong", [
        ...refusalLines(error),
        ...givenBack({ "Your reason": reason }),
      ]),

    givenUp: (notice) => wordsOf("Something went wrong", givenUpLines(notice)),

    tell: (slackUserId, place, { text, blocks }) =>
      tellPerson(slackUserId, place, { text, blocks: blocks as unknown as KnownBlock[] }), // written here
  };
}

function wordsOf(summary: string, content: readonly Line[]): Words {
  const { text, blocks } = shortMessage(summary, ...content);
  return { text, blocks: asJson(blocks) };
}
