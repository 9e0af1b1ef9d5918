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
import { type BulkProgress, progressBar, progressOf } from "../texts/bulk-texts.ts";
import { describeChange } from "../texts/change-texts.ts";
import { failureLines } from "../texts/failure-texts.ts";
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
import { cardButtons } from "./card-buttons.ts";
import { cancelledBy, decisionLines, decisionReasons, pendingLine, waitingText } from "./request-card.ts";

/** Organizations that the card has room for. */
const MOST_ORGS = 10;

const STATE_WORDS: Readonly<Record<TargetState, string>> = {
  verified: "✅ verified",
  already: "✅ already so",
  refused: "❌ refused by Incydr",
  failed: "❌ failed",
  unknown: "❓ outcome unknown",
  stale: "♻️ left alone, changed since",
  skipped: "🚫 skipped",
  executing: "⏳ executing",
  waiting: "🕓 waiting",
};

/** The one card of many subjects: it counts them and names none. */
export function bulkCard(view: RequestView): Message {
  const { request } = view;
  const { id, change, requester, reason, ticket, targetCount } = request;
  const progress = progressOf(request.targets);
  const title = `${nameOf(id)} · ${describeChange(change)} · ${targetCount} users`;
  const details: Inline[][] = [
    [bold("Change "), plain(describeChange(change)), plain(` for ${targetCount} users`)],
    [bold("Asked for by "), person(requester.slackUserId), plain(" on "), moment(request.createdAt)],
    ...invitationLines(request),
  ];
  if (ticket) details.push([bold("Ticket "), plain(quotedTicket(ticket))]);
  const blocks: KnownBlock[] = [
    { type: "header", text: { type: "plain_text", text: shortened(title, 150), emoji: false } },
    richText(
      lines(
        statusLine(view),
        ...frozenCardLines(view),
        ...decisionLines(request),
        ...failureLines(view.failures),
      ),
    ),
    ...decisionReasons(request),
  ];
  if (request.state === "executing" || request.state === "done") blocks.push(progressBlock(progress));
  blocks.push(
    richText(lines(...details)),
    quotation("Reason", reason),
    richText(
      lines([bold("Who")]),
      countLines(request).map((line) => bullet(plain(line))),
    ),
  );
  const warnings = warningLines(request);
  if (warnings.length > 0) {
    const heading = request.state === "pending" ? "⚠️ Before you decide" : "⚠️ Known when it was asked for";
    blocks.push(
      richText(
        lines([bold(heading)]),
        warnings.map((line) => bullet(plain(line))),
      ),
    );
  }
  const buttons = cardButtons(view);
  if (buttons) blocks.push({ type: "divider" }, buttons);
  return message(`${title}: ${outcomeOfRequest(request) ?? request.state}`, blocks);
}

function statusLine(view: RequestView): Inline[] {
  const { request } = view;
  switch (request.state) {
    case "pending":
      return pendingLine(request);
    case "approved":
      return [
        bold("☑️ Approved, not yet carried out. "),
        plain(waitingText(view) || "It begins in a moment."),
      ];
    case "executing":
      return request.paused
        ? [bold("⏸️ Paused. "), plain("Nothing more is begun until somebody resumes it.")]
        : [bold("⏳ Executing, one user after the other. "), plain(waitingText(view))];
    case "done":
      return outcomeLine(request);
    case "denied":
      return [bold("⛔ Denied. "), plain("Nothing was changed.")];
    case "cancelled":
      return [bold("🚫 Cancelled. "), ...cancelledBy(request), plain("Nothing was changed.")];
    case "expired":
      return [bold("⌛ Expired. "), plain("Nothing was changed.")];
    case "stale":
      return [bold("♻️ Stale. "), plain("Nothing was changed. Ask again.")];
  }
}

function outcomeLine(request: ChangeRequest): Inline[] {
  const sent = " The outcome of each goes to whoever asked.";
  switch (outcomeOfRequest(request)) {
    case "verified":
      return [
        bold("✅ Verified. "),
        plain(`Incydr was read again after the change and showed it for every user.${sent}`),
      ];
    case "partly_verified":
      return [
        bold("⚠️ Partly verified. "),
        plain(
          `Incydr was read again after the change: it showed it for some users, and not for others.${sent}`,
        ),
      ];
    case "failed":
      return [bold("❌ Failed. "), plain(`Incydr was seen to show it for no user.${sent}`)];
    case "unknown":
    case null:
      return [
        bold("❓ Unknown. "),
        plain(`Of some users the outcome is not known yet; it is being checked.${sent}`),
      ];
  }
}

function progressBlock(progress: BulkProgress): KnownBlock {
  const { counts, perMinute, minutesLeft } = progress;
  const isRunning = progress.settled < progress.total;
  const rate = perMinute === null || !isRunning ? "" : ` · ${Math.round(perMinute)} a minute`;
  const left = minutesLeft === null ? "" : ` · about ${timeInWords(minutesLeft)} left`;
  return richText(
    lines([plain(`${progressBar(progress)}${rate}${left}`)]),
    counts.map(([state, count]) => bullet(plain(`${count} ${STATE_WORDS[state]}`))),
  );
}

function timeInWords(minutes: number): string {
  if (minutes < 1) return "a minute";
  const rounded = Math.ceil(minutes);
  return rounded < 90 ? `${rounded} minutes` : `${Math.ceil(minutes / 60)} hours`;
}

/** How many there are in each organization. */
function countLines({ targets }: ChangeRequest): string[] {
  const orgs = new Map<string, number>();
  for (const { facts } of targets) orgs.set(facts.orgName, (orgs.get(facts.orgName) ?? 0) + 1);
  const sorted = [...orgs].sort(([a, countA], [b, countB]) => countB - countA || a.localeCompare(b));
  const rest = sorted.slice(MOST_ORGS).reduce((sum, [, count]) => sum + count, 0);
  return [
    ...sorted.slice(0, MOST_ORGS).map(([name, count]) => `${count} in ${quotedName(name)}`),
    ...(rest > 0 ? [`${rest} in other organizations`] : []),
  ];
}

function warningLines({ change, targets }: ChangeRequest): string[] {
  const privileged = targets.filter(({ facts }) => facts.privileged).length;
  const held = (fact: Fact) => targets.filter(({ facts }) => facts.legalHold.fact === fact).length;
  const isAboutAccounts = change.kind === "deactivate" || change.kind === "activate";
  const given = targets.some(({ facts }) => addsPrivileged(change, facts.roles));
  const found: string[] = [];
  if (change.kind === "deactivate") {
    found.push(
      "Deactivation ends Incydr's monitoring of these people, and they can no longer be put on legal hold.",
    );
    found.push("Agents, devices and watchlists are not checked in bulk changes.");
  }
  if (privileged > 0) found.push(`${privileged} of them hold a privileged role.`);
  if (given) found.push("A privileged role is given; Incydr e-mails every Customer Cloud Admin.");
  if (held("yes") > 0) found.push(`Under legal hold: ${held("yes")} of them.`);
  if (held("unknown") > 0 && isAboutAccounts)
    found.push(`Of ${held("unknown")} of them it is unknown whether they are under legal hold.`);
  return found;
}
