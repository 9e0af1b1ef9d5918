import { type Notice, nameOf } from "../../change-requests/index.ts";
import { leftOutBlocks } from "./bulk-texts.ts";
import { bulkTitle } from "./change-texts.ts";
import { givenUpLines } from "./failure-texts.ts";
import { givenBack, type Message, message, shortMessage } from "./message.ts";
import { nowhereText } from "./place-refusal.ts";
import { answerLines, linesOfRefusal } from "./refusal.ts";
import { lines, plain, richText } from "./rich-text.ts";

type NoticeOf<Kind extends Notice["kind"]> = Extract<Notice, { readonly kind: Kind }>;

/** The message to the one person whom a notice is for. */
export function noticeMessage(notice: Notice): Message {
  switch (notice.kind) {
    case "card_waits":
      return forYou(`${nameOf(notice.requestId)} waits: it can't be shown now.`, nowhereText(notice.why));
    case "card_withdrawn":
      return forYou(`${nameOf(notice.requestId)} can't be shown any more.`, nowhereText(notice.why));
    case "click_waits":
      return forYou(`Your click is kept: ${waitingText(notice.for)}`);
    case "approval_void": {
      const { requestId, drift } = notice;
      return forYou(
        `Your approval of ${nameOf(requestId)} doesn't count: the subject has changed since. ${drift}`,
      );
    }
    case "file_not_sent":
      return forYou(
        `${fileText(notice)} could not be sent to you. Slack doesn't let the bot write to you directly.`,
      );
    case "given_up":
      return shortMessage("Something went wrong", ...givenUpLines(notice));
    case "nothing_requested":
      return shortMessage(
        "Nothing was requested",
        [plain(NOTHING_REQUESTED[notice.why])],
        ...givenBack(notice.typed),
      );
    case "bulk_refused":
      return bulkRefused(notice);
    case "refused":
      return shortMessage(
        "That was not done",
        ...linesOfRefusal(notice.refusal),
        ...givenBack({ "Your reason": notice.reason }),
      );
  }
}

const NOTHING_REQUESTED = {
  form_closed: "You closed the form before it had loaded. Nothing was requested.",
  form_not_shown:
    "Slack did not take the form. Nothing was requested; close the one that still says “Looking up…” and try again.",
} as const;

function bulkRefused({ bulk, refusal, leftOut, typed }: NoticeOf<"bulk_refused">): Message {
  const given = givenBack(typed);
  return message(`${bulkTitle(bulk)}: nothing was requested`, [
    richText(lines(...answerLines(refusal))),
    ...leftOutBlocks(leftOut),
    ...(given.length > 0 ? [richText(lines(...given))] : []),
  ]);
}

function forYou(...sentences: readonly string[]): Message {
  return shortMessage("For you", ...sentences.map((sentence) => [plain(sentence)]));
}

function waitingText(what: NoticeOf<"click_waits">["for"]): string {
  switch (what) {
    case "policies":
      return "the policies of this bot are being changed, and it is decided by the new ones.";
    case "identity":
      return "Incydr doesn't answer, and is asked which of its users you are. It is decided when Incydr answers.";
    case "incydr":
      return "Incydr can't be read now. It is carried out when Incydr can be read.";
    case "restricted_channel":
      return "the restricted channel can't be used now. It is carried out when the channel is mended.";
    case "slack_files":
      return "Slack doesn't take the file now. The file is sent when Slack takes it.";
  }
}

function fileText(notice: NoticeOf<"file_not_sent">): string {
  switch (notice.file) {
    case "preview":
      return "The preview";
    case "results":
      return `The file with the results of ${nameOf(notice.requestId)}`;
    case "list":
      return `The list of ${nameOf(notice.requestId)}`;
  }
}
