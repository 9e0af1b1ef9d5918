import { type Notice, nameOf } from "../../change-requests/index.ts";
import { leftOutBlocks } from "./bulk-texts.ts";
import { bulkTitle } from "./change-texts.ts";
import { givenUpLines } from "./failed-job-texts.ts";
import { givenBack, type Message, message, shortMessage } from "./message.ts";
import { nowhereText } from "./place-refusal.ts";
import { answerLines, linesOfRefusal } from "./refusal.ts";
import { lines, plain, richText } from "./rich-text.ts";

type NoticeOf<Kind extends Notice["kind"]> = Extract<Notice, { readonly kind: Kind }>;

/** The message of a notice to its one recipient. */
export function noticeMessage(notice: Notice): Message {
  switch (notice.kind) {
    case "card_waits":
      return forYou(
        `${nameOf(notice.requestId)} is waiting: its card can't be posted now. Until it is posted, nobody can approve or deny it.`,
        nowhereText(notice.why),
      );
    case "card_withdrawn":
      return forYou(
        `The card of ${nameOf(notice.requestId)} can no longer be shown. If the request still needed approval, the bot cancelled it and nothing was changed.`,
        nowhereText(notice.why),
      );
    case "click_waits":
      return forYou(`Your click is saved. ${waitingText(notice.for)}`);
    case "approval_void": {
      const { requestId, drift } = notice;
      return forYou(
        `Your approval of ${nameOf(requestId)} doesn't count: the user has changed since. ${drift}`,
      );
    }
    case "file_not_sent":
      return forYou(
        `${fileText(notice)} could not be sent: Slack doesn't let the bot send you direct messages.`,
      );
    case "export_sent":
      return forYou(
        "You got the CSV file by direct message. The bot deletes it after 24 hours. For a new file, use /incydr users again.",
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
  form_closed: "You closed the form before it loaded. Nothing was requested.",
  form_not_shown:
    "Slack didn't open the form. Nothing was requested. Close the form that still says “Looking up…” and try again.",
} as const;

function bulkRefused({ bulk, refusal, leftOut, typed }: NoticeOf<"bulk_refused">): Message {
  const given = givenBack(typed);
  return message(`${bulkTitle(bulk)}: nothing was requested`, [
    richText(lines(...answerLines(refusal))),
    ...leftOutBlocks(leftOut),
    ...(given.length > 0 ? [richText(lines(...given))] : []),
  ]);
}

function forYou(result: string, ...more: readonly string[]): Message {
  return shortMessage(result, ...[result, ...more].map((sentence) => [plain(sentence)]));
}

function waitingText(what: NoticeOf<"click_waits">["for"]): string {
  switch (what) {
    case "policies":
      return "The bot's policies are being updated. The new policies will decide.";
    case "identity":
      return "Incydr isn't available, so the bot can't check which Incydr user you are. The bot continues when Incydr is available.";
    case "incydr":
      return "Incydr isn't available. The bot continues when Incydr is available.";
    case "restricted_channel":
      return "The restricted channel can't be used now. The bot continues when the channel works again.";
    case "slack_files":
      return "Slack doesn't accept the file now. The bot sends it later.";
  }
}

function fileText(notice: NoticeOf<"file_not_sent">): string {
  switch (notice.file) {
    case "preview":
      return "The preview";
    case "results":
      return `The file with the results of ${nameOf(notice.requestId)}`;
    case "export":
      return "The CSV file of users";
    case "list":
      return `The list of users of ${nameOf(notice.requestId)}`;
  }
}
