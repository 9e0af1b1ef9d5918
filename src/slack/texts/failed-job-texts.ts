import type { KnownBlock } from "@slack/types";
import {
  type Job,
  type JobFailure,
  type Notice,
  nameOf,
  type RequestView,
} from "../../change-requests/index.ts";
import { count } from "./change-texts.ts";
import { type Message, message } from "./message.ts";
import { bold, type Inline, lines, plain, richText } from "./rich-text.ts";

/** A phrase for the work that failed, by kind of job. */
const DOING: Readonly<Record<Job["kind"], string>> = {
  decide: "recording a decision",
  cancel: "cancelling the request",
  renew: "renewing the request",
  execute: "making the change",
  execute_emergency: "making the change",
  execute_bulk: "making the change",
  control_bulk: "pausing, resuming or stopping the change",
  send_list: "sending the list of users",
  read_bulk: "reading your list of users",
  deliver_dry_run: "sending the preview",
  deliver_outcomes: "sending the results",
  settle: "checking the outcome of the change",
  ratify: "recording a ratification or dispute",
  ratification_due: "escalating a missing ratification",
  warn_of_end: "announcing the end of temporary roles",
  end_grants: "removing temporary roles",
  revoke_grants: "removing temporary roles early",
  sound_alarm: "alerting the audit channel",
  show_card: "showing the request",
  show_progress: "showing the request",
  announce: "posting an update",
  ask: "notifying the invited approvers",
  expire: "closing the request after its deadline",
  remind: "sending a reminder",
  post_digest: "sending a reminder",
  tell: "sending a message",
  prune: "deleting old records",
  publish_audit: "posting audit entries",
  announce_freeze: "announcing that changes are frozen or unfrozen",
  export_users: "exporting a list of users",
  delete_export: "deleting an exported file",
};

const FOR_THE_ADMINISTRATOR = "Give the ref to an administrator, who can find the error in the bot's log.";
const DAILY = "The bot tries again once a day.";
/** Failures that a card has room for. */
const MOST_SHOWN = 5;

/** The card's lines about work that was given up. Work that shows the card itself is left out. */
export function failedJobLines({ failures, request }: Pick<RequestView, "failures" | "request">): Inline[][] {
  const shown = failures.filter(({ kind }) => kind !== "show_card" && kind !== "show_progress");
  const isEnded = ["denied", "cancelled", "expired"].includes(request.state);
  return shown
    .slice(0, MOST_SHOWN)
    .map(({ kind, reference }, index, { length }) => [
      bold("⚠️ Something went wrong "),
      plain(
        `while ${DOING[kind]} (ref ${reference}).${isEnded ? "" : afterExecution(kind, request.state === "executing")}`,
      ),
      ...(index === length - 1 ? [plain(` ${FOR_THE_ADMINISTRATOR}`)] : []),
    ]);
}

/** Empty for work that changes no user. */
function afterExecution(work: Job["kind"], goesOnDaily: boolean): string {
  if (!work.startsWith("execute")) return "";
  return ` ${goesOnDaily ? DAILY : "The bot stopped working on it."} Look up the user to see whether it was changed.`;
}

/** The message to the person who waits for work that was given up; the work may have taken effect. */
export function givenUpLines({
  work,
  requestId,
  reference,
  goesOnDaily,
}: Extract<Notice, { kind: "given_up" }>): Inline[][] {
  const about = requestId === null ? "" : `${nameOf(requestId)}: `;
  return [
    [
      bold(`${about}Something went wrong `),
      plain(`while ${DOING[work]} (ref ${reference}).${nextStep(work, requestId, goesOnDaily)}`),
    ],
    [plain(FOR_THE_ADMINISTRATOR)],
  ];
}

/** Work that a person started by a click on a card. */
const CLICKED = ["decide", "cancel", "renew", "control_bulk", "send_list", "ratify", "revoke_grants"];

function nextStep(work: Job["kind"], requestId: number | null, goesOnDaily: boolean): string {
  const after = afterExecution(work, goesOnDaily);
  if (after !== "" || goesOnDaily) return after || ` ${DAILY}`;
  if (work === "read_bulk") return " If no form opened, start again with /incydr bulk.";
  if (work === "export_users") return " If you got no file, export the list again.";
  if (requestId === null || work === "show_card" || work === "show_progress") return "";
  return CLICKED.includes(work)
    ? " Check the request's card before you try again."
    : " See the request's card.";
}

const STUCK: Partial<Record<Job["kind"], string>> = {
  end_grants: " The user may still have a temporary role. Remove it in Incydr by hand.",
  revoke_grants: " The user may still have a temporary role. Remove it in Incydr by hand.",
};

/** The alert about failing work that is tried again once a day; `null` after it has succeeded. */
export function stuckAlarm(
  requestId: number,
  failures: readonly JobFailure[],
  reference: string,
): Message | null {
  const failure = failures.find((each) => each.reference === reference);
  if (!failure) return null;
  const title = `⚠️ THE BOT NEEDS HELP: ${nameOf(requestId)}`;
  const header: KnownBlock = { type: "header", text: { type: "plain_text", text: title, emoji: false } };
  const what = `Something went wrong while ${DOING[failure.kind]}`;
  return message(`${title}. ${what} (ref ${reference}).`, [
    header,
    richText(
      lines(
        [
          bold(`${what} (ref ${reference}). `),
          plain(`It failed ${count(failure.faults, "time")}.${STUCK[failure.kind] ?? ""}`),
        ],
        [plain(`${DAILY} ${FOR_THE_ADMINISTRATOR}`)],
      ),
    ),
  ]);
}
