import type { KnownBlock } from "@slack/types";
import {
  addsPrivileged,
  type ChangeRequest,
  nameOf,
  outcomeOfRequest,
  type RequestView,
  type TargetState,
} from "../../change-requests/index.ts";
import { quotedName, quotedTicket } from "../../kernel/quoted-name.ts";
import type { Fact } from "../../subjects/index.ts";
import {
  type BulkProgress,
  isNotExecuted,
  OUTCOME_WORDS,
  progressBar,
  progressOf,
} from "../texts/bulk-texts.ts";
import { count, describeChange } from "../texts/change-texts.ts";
import { failedJobLines } from "../texts/failed-job-texts.ts";
import { frozenCardLines } from "../texts/freeze-texts.ts";
import { invitationLines } from "../texts/invitation-texts.ts";
import { type Message, message } from "../texts/message.ts";
import {
  bold,
  bullet,
  type Inline,
  lines,
  moment,
  person,
  plain,
  quotation,
  richText,
  shortened,
} from "../texts/rich-text.ts";
import { bulkWarnings, warningBlocks } from "../texts/subject-warning-texts.ts";
import { cardButtons } from "./card-buttons.ts";
import {
  AT_REQUEST_TIME,
  approvedWords,
  CHECK_BEFORE,
  changeLines,
  decisionLines,
  decisionReasons,
  endedLine,
  LONGEST_TITLE,
  pendingLine,
  summaryOf,
  waitingText,
} from "./request-card.ts";

/** Organizations that the card has room for. */
const MOST_ORGS = 10;

const STATE_SIGNS: Readonly<Record<TargetState, string>> = {
  verified: "✅",
  already: "✅",
  refused: "❌",
  failed: "❌",
  unknown: "❓",
  stale: "♻️",
  skipped: "🚫",
  executing: "⏳",
  waiting: "🕓",
};

/** The card of a bulk: it counts the subjects and names none. */
export function bulkCard(view: RequestView): Message {
  const { request } = view;
  const { id, change, requester, reason, ticket, targetCount } = request;
  const progress = progressOf(request.targets);
  const title = `${nameOf(id)} · ${describeChange(change)} · ${count(targetCount, "user")}`;
  const details: Inline[][] = [
    ...changeLines(change, title),
    [bold("Requested by "), person(requester.slackUserId), plain(" on "), moment(request.createdAt)],
    ...invitationLines(request),
  ];
  if (ticket) details.push([bold("Ticket "), plain(quotedTicket(ticket))]);
  const blocks: KnownBlock[] = [
    { type: "header", text: { type: "plain_text", text: shortened(title, LONGEST_TITLE), emoji: false } },
    richText(
      lines(statusLine(view), ...frozenCardLines(view), ...decisionLines(request), ...failedJobLines(view)),
    ),
    ...decisionReasons(request),
  ];
  const isHeld = view.isFrozen || request.paused || request.stopped;
  if (request.state === "executing" || request.state === "done") blocks.push(progressBlock(progress, isHeld));
  blocks.push(
    richText(lines(...details)),
    quotation("Reason", reason),
    richText(
      lines([bold("Users")]),
      countLines(request).map((line) => bullet(plain(line))),
    ),
  );
  const heading = request.state === "pending" ? CHECK_BEFORE : AT_REQUEST_TIME;
  blocks.push(...warningBlocks(heading, bulkWarnings(change.kind), warningLines(request)));
  const buttons = cardButtons(view);
  if (buttons) blocks.push({ type: "divider" }, buttons);
  const isUnwritten = request.state === "done" && isNotExecuted(request);
  return message(`${title}: ${isUnwritten ? "not executed" : summaryOf(request)}`, blocks);
}

function statusLine(view: RequestView): Inline[] {
  const { request } = view;
  switch (request.state) {
    case "pending":
      return pendingLine(request);
    case "approved":
      return [bold(approvedWords(request)), plain(waitingText(view) || "It starts in a moment.")];
    case "executing":
      if (request.stopped)
        return [
          bold("⏹️ Stopping. "),
          plain(
            `The bot checks the users in progress. No other user is changed. ${waitingText(view)}`.trim(),
          ),
        ];
      return request.paused
        ? [bold("⏸️ Paused. "), plain("No more users are changed until it is resumed.")]
        : [bold("⏳ In progress. "), plain(waitingText(view))];
    case "done":
      return outcomeLine(request);
    case "denied":
    case "cancelled":
    case "expired":
      return endedLine(request.state, request, BOT_CANCELLED);
    case "stale":
      return [bold("♻️ Out of date. "), plain("Nothing was changed. Make a new request with /incydr bulk.")];
  }
}

/** No stored reason is shown, because it may concern one of the users. */
const BOT_CANCELLED =
  " The bot cancelled it: the requester is no longer entitled to it, or no channel can show it.";

function outcomeLine(request: ChangeRequest): Inline[] {
  const sent = " The requester gets the results per user.";
  const hasSkipped = request.targets.some(({ state }) => state === "skipped");
  switch (outcomeOfRequest(request)) {
    case "verified":
      return [bold("✅ Done and verified. "), plain(`Incydr shows the change for every user.${sent}`)];
    case "partly_verified":
      return [
        bold(hasSkipped && request.stopped ? "⏹️ Stopped. " : "⚠️ Done, but not for every user. "),
        plain(`The change is verified for some users and not for others.${sent}`),
      ];
    case "failed":
      return isNotExecuted(request)
        ? [
            bold("🚫 Not executed. "),
            plain(`All users were skipped or had changed since the request.${sent}`),
          ]
        : [bold("❌ Failed. "), plain(`The change is verified for no user.${sent}`)];
    case "unknown":
    case null:
      return [
        bold("❓ Unknown. "),
        plain(`The outcome for some users is not known yet. The bot is checking.${sent}`),
      ];
  }
}

/** The rate and the time left are not shown while the bulk is held. */
function progressBlock(progress: BulkProgress, isHeld: boolean): KnownBlock {
  const { counts, perMinute, minutesLeft } = progress;
  const isRunning = progress.settled < progress.total && !isHeld;
  const rate = perMinute === null || !isRunning ? "" : ` · ${Math.round(perMinute)} per minute`;
  const left = minutesLeft === null || !isRunning ? "" : ` · about ${timeInWords(minutesLeft)} left`;
  return richText(
    lines([plain(`${progressBar(progress)}${rate}${left}`)]),
    counts.map(([state, users]) => bullet(plain(`${STATE_SIGNS[state]} ${users} ${OUTCOME_WORDS[state]}`))),
  );
}

function timeInWords(minutes: number): string {
  const rounded = Math.ceil(minutes);
  return rounded < 90 ? count(rounded, "minute") : count(Math.ceil(minutes / 60), "hour");
}

/** The number of users in each organization. */
function countLines({ targets }: ChangeRequest): string[] {
  const orgs = new Map<string, number>();
  for (const { facts } of targets) orgs.set(facts.orgName, (orgs.get(facts.orgName) ?? 0) + 1);
  const sorted = [...orgs].sort(([a, countA], [b, countB]) => countB - countA || a.localeCompare(b));
  const rest = sorted.slice(MOST_ORGS).reduce((sum, [, users]) => sum + users, 0);
  return [
    ...sorted.slice(0, MOST_ORGS).map(([name, users]) => `${users} in ${quotedName(name)}`),
    ...(rest > 0 ? [`${rest} in other organizations`] : []),
  ];
}

function warningLines({ change, targets }: ChangeRequest): string[] {
  const privileged = targets.filter(({ facts }) => facts.privileged).length;
  const held = (fact: Fact) => targets.filter(({ facts }) => facts.legalHold.fact === fact).length;
  const isAboutAccounts = change.kind === "deactivate" || change.kind === "activate";
  const given = targets.some(({ facts }) => addsPrivileged(change, facts.roles));
  const found: string[] = [];
  if (held("yes") > 0) found.push(`Under legal hold: ${held("yes")} of ${targets.length} users.`);
  if (held("unknown") > 0 && isAboutAccounts)
    found.push(`Legal hold is unknown for ${held("unknown")} of ${targets.length} users.`);
  if (privileged > 0) found.push(`With a privileged role: ${privileged} of ${targets.length} users.`);
  if (given) found.push("Incydr e-mails every Customer Cloud Admin about the privileged role.");
  return found;
}
