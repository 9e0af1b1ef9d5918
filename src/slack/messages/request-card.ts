import type { KnownBlock } from "@slack/types";
import {
  addsPrivileged,
  type Change,
  type ChangeRequest,
  isBulk,
  nameOf,
  onlyTarget,
  outcomeOfRequest,
  privilegedRolesOf,
  progressOf,
  type RequestView,
  requirementsOf,
  rolesGained,
  rolesLost,
  validApprovals,
} from "../../change-requests/index.ts";
import { quotedName, quotedTicket, quotedUsername } from "../../kernel/quoted-name.ts";
import { warningsOf } from "../../subjects/index.ts";
import { count, describeChange, describeEffect, everyRoleIn, othersNamed } from "../texts/change-texts.ts";
import { disputeReason, emergencyLines, originOf } from "../texts/emergency-texts.ts";
import { failedJobLines } from "../texts/failed-job-texts.ts";
import { frozenCardLines } from "../texts/freeze-texts.ts";
import { grantLines } from "../texts/grant-texts.ts";
import { invitationLines } from "../texts/invitation-texts.ts";
import { type Message, message } from "../texts/message.ts";
import {
  bold,
  type Inline,
  lines,
  moment,
  person,
  plain,
  quotation,
  richText,
  shortened,
} from "../texts/rich-text.ts";
import { effectBefore, isEnding, reversalLines, verifiedEffect } from "../texts/standing-texts.ts";
import { warningBlocks } from "../texts/subject-warning-texts.ts";
import { cardButtons } from "./card-buttons.ts";

/** Characters of a card's title; Slack's limit of a header. */
export const LONGEST_TITLE = 150;

/** The heading of the warnings on a card, while a decision is needed and later. */
export const CHECK_BEFORE = "⚠️ Check before you decide";
export const AT_REQUEST_TIME = "⚠️ Warnings at request time";

/** The card of a change request for one subject. It never claims more than is known. */
export function requestCard(view: RequestView): Message {
  const { request } = view;
  const { id, change, requester, reason, ticket, state } = request;
  const target = onlyTarget(request);
  const urgency = request.emergency ? "🚨 EMERGENCY · " : "";
  const title = `${nameOf(id)} · ${urgency}${describeChange(change)} · ${quotedUsername(target.username)}`;
  // The title has the username and the change unless it is cut.
  const username = title.length > LONGEST_TITLE ? ` (${quotedUsername(target.username)})` : "";
  const details: Inline[][] = [
    [bold("User "), plain(`${quotedName(target.displayName)}${username}, ${whereAndHow(request)}`)],
    ...changeLines(change, title),
    ...replacementLines(view),
    ...(request.undoes === null ? [] : [[bold("Undo of "), plain(nameOf(request.undoes))]]),
    ...(request.othersOpen.length === 0
      ? []
      : [[bold("Other open requests at that time "), plain(othersNamed(request.othersOpen, view))]]),
    [
      bold(`${originOf(request)} by `),
      person(requester.slackUserId),
      plain(" on "),
      moment(request.createdAt),
    ],
    ...invitationLines(request),
  ];
  if (ticket) details.push([bold("Ticket "), plain(quotedTicket(ticket))]);
  const blocks: KnownBlock[] = [
    { type: "header", text: { type: "plain_text", text: shortened(title, LONGEST_TITLE), emoji: false } },
    richText(
      lines(
        ...statusLines(view),
        ...frozenCardLines(view),
        ...emergencyLines(request),
        ...decisionLines(request),
        ...failedJobLines(view),
      ),
    ),
    ...decisionReasons(request),
    ...disputeReason(request),
    richText(lines(...details)),
    quotation("Reason", reason),
  ];
  const { roles: held } = target.facts;
  const warnings = warningsOf(target.facts, change.kind, {
    concerned: privilegedRolesOf(change, held),
    given: addsPrivileged(change, held),
  });
  blocks.push(...warningBlocks(state === "pending" ? CHECK_BEFORE : AT_REQUEST_TIME, warnings));
  const buttons = cardButtons(view);
  if (buttons) blocks.push({ type: "divider" }, buttons);
  return message(`${title}: ${summaryOf(request)}`, blocks);
}

/** The organization and status of the subject as read for the request; execution may have changed both. */
function whereAndHow(request: ChangeRequest): string {
  const { orgName, active } = onlyTarget(request).facts;
  const isBegun = request.state === "executing" || request.state === "done";
  return `${isBegun ? "at request time " : ""}${quotedName(orgName)}, ${active ? "active" : "inactive"}`;
}

/** The whole change, if the title does not have it. */
export function changeLines(change: Change, title: string): Inline[][] {
  const whole = describeChange(change, everyRoleIn);
  return title.length > LONGEST_TITLE || !title.includes(whole) ? [[bold("Change "), plain(whole)]] : [];
}

/** The effect of a replacement of all roles. */
function replacementLines({ request, temporaryGrants }: RequestView): Inline[][] {
  const { change } = request;
  if (change.kind !== "replace_roles") return [];
  const { roles: held } = onlyTarget(request).facts;
  const [gained, lost] = [rolesGained(change, held), rolesLost(change, held)];
  return [
    [bold("Adds "), plain(gained.length > 0 ? everyRoleIn(gained) : "nothing")],
    [bold("Removes "), plain(lost.length > 0 ? everyRoleIn(lost) : "nothing")],
    ...temporaryGrants
      .slice(0, MOST_GRANTS_SHOWN)
      .map(({ role, requestId, endsAt }) => [
        bold("Still temporary "),
        plain(`${quotedName(role.name)}: ${nameOf(requestId)} will remove it on `),
        moment(endsAt),
        plain("."),
      ]),
  ];
}

/** The limit of temporary roles on a card. */
const MOST_GRANTS_SHOWN = 10;

/** The present state comes first: removed roles and later changes stand before the earlier result. */
function statusLines(view: RequestView): Inline[][] {
  const ofGrants = grantLines(view);
  return isEnding(view)
    ? [...reversalLines(view), ...ofGrants, statusLine(view)]
    : [...reversalLines(view), statusLine(view), ...ofGrants];
}

function statusLine(view: RequestView): Inline[] {
  const { request } = view;
  const target = onlyTarget(request);
  const because = target.explanation ? ` ${shortened(target.explanation, 1_000)}` : "";
  switch (request.state) {
    case "pending":
      return pendingLine(request);
    case "approved":
      return [
        bold(request.emergency ? "⏳ Not executed yet. " : approvedWords(request)),
        ...words(waitingText(view)),
      ];
    case "executing":
      return [
        bold(view.isFrozen ? "⏳ Started. " : "⏳ In progress. "),
        plain(`Not confirmed yet. ${request.waitingFor && !view.isFrozen ? waitingText(view) : ""}`.trim()),
      ];
    case "done":
      return outcomeLine(view, because);
    case "denied":
    case "cancelled":
    case "expired":
      return endedLine(request.state, request, because);
    case "stale":
      return [
        bold("♻️ Out of date. "),
        plain(
          `The user's data changed after the request. The bot did nothing.${because} The requester can renew the request. It will need new approval.`,
        ),
      ];
  }
}

export function approvedWords(request: ChangeRequest): string {
  return validApprovals(request).length > 0
    ? "☑️ Approved, not executed yet. "
    : "☑️ No approval needed. Not executed yet. ";
}

/** The number of missing approvals, and the deadline. */
export function pendingLine(request: ChangeRequest): Inline[] {
  const { needed, given, missing } = progressOf(requirementsOf(request));
  const progress = needed > 1 ? ` (${given} of ${needed} given)` : "";
  return [
    bold("🕓 Pending. "),
    plain(`Needs ${count(missing, given > 0 ? "more approval" : "approval")}${progress} by `),
    moment(request.decideBy),
    plain("."),
  ];
}

function outcomeLine(view: RequestView, because: string): Inline[] {
  const { request } = view;
  const { state, username, settledAt } = onlyTarget(request);
  const effect = describeEffect(request.change, username, "plain");
  switch (state) {
    case "verified":
      return [
        bold("✅ Done and verified. "),
        plain(`${verifiedEffect(view)} `),
        ...(settledAt ? [moment(settledAt)] : []),
      ];
    case "already":
      return [bold("✅ No change needed. "), plain(effectBefore(view))];
    case "refused":
      return [bold("❌ Refused by Incydr. "), plain(`Nothing was changed.${because}`)];
    case "failed":
      return [
        bold("❌ Failed. "),
        plain(`Checked in Incydr: it does not show that ${effect}.${because}${NEW_REQUEST}`),
      ];
    case "stale":
    case "skipped":
      return [bold("🚫 Not executed. "), plain(because.trim())];
    case "unknown":
    case "waiting":
    case "executing":
      return [
        bold("❓ Unknown. "),
        plain(`It is not known yet whether ${effect}.${because} The bot is checking.`),
      ];
  }
}

/** The decisions: by whom and when. */
export function decisionLines({ decisions }: ChangeRequest): Inline[][] {
  return decisions.map(({ approver, verdict, at, void: isVoid }) => [
    plain(verdict === "approval" ? "👍 Approved by " : "👎 Denied by "),
    person(approver.slackUserId),
    plain(" on "),
    moment(at),
    ...words(isVoid ? " (no longer counts)" : ""),
  ]);
}

/** The reasons of the denials, quoted. */
export function decisionReasons({ decisions }: ChangeRequest): KnownBlock[] {
  return decisions.flatMap(({ reason }) =>
    reason === null || reason === "" ? [] : [quotation("Reason for the denial", reason)],
  );
}

const NEW_REQUEST = " Make a new request if it is still needed.";
const ENDED = { denied: "⛔ Denied", cancelled: "🚫 Cancelled", expired: "⌛ Expired" } as const;

/** The status of a request that ended before its execution. `because` is the bot's reason to cancel it. */
export function endedLine(
  state: keyof typeof ENDED,
  { cancellation }: ChangeRequest,
  because = "",
): Inline[] {
  const more = { denied: "", cancelled: because, expired: NEW_REQUEST }[state];
  if (state !== "cancelled" || !cancellation)
    return [bold(`${ENDED[state]}. `), plain(`Nothing was changed.${more}`)];
  const by = [plain("by "), person(cancellation.slackUserId), plain(" on "), moment(cancellation.at)];
  return [bold(`${ENDED[state]} `), ...by, plain(". Nothing was changed.")];
}

/** Why the request waits; empty if it doesn't wait. A stored freeze may be over by now. */
export function waitingText({ request, isFrozen }: RequestView): string {
  const { waitingFor } = request;
  switch (isFrozen ? "freeze" : waitingFor) {
    case "freeze":
      return isFrozen ? "Waiting: all changes are frozen." : "";
    case "incydr":
      return "Waiting: Incydr isn't available. The bot tries again.";
    case "slack":
      return "Waiting: Slack isn't available, so approvals can't be checked. The bot tries again.";
    case "subject":
      return "Waiting: another change to the same user is in progress.";
    case "policies":
      return "Waiting: the bot's policies are being updated.";
    case null:
      return "";
  }
}

/** The state for a notification, in the words of the card. */
export function summaryOf(request: ChangeRequest): string {
  const outcome = outcomeOfRequest(request);
  if (outcome === null) return SUMMARIES[request.state] ?? request.state;
  const code = isBulk(request) ? outcome : onlyTarget(request).state;
  return code === "stale" ? "not executed" : (SUMMARIES[code] ?? code);
}

/** For codes that are no words of the card. */
const SUMMARIES: Readonly<Record<string, string>> = {
  approved: "not executed yet",
  executing: "in progress",
  stale: "out of date",
  verified: "done and verified",
  partly_verified: "done, but not for every user",
  already: "no change needed",
  skipped: "not executed",
};

/** Slack refuses empty texts, so an empty text gives no element. */
function words(text: string): Inline[] {
  return text === "" ? [] : [plain(text)];
}
