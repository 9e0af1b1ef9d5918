import type { KnownBlock } from "@slack/types";
import {
  addsPrivileged,
  type ChangeRequest,
  nameOf,
  onlyTarget,
  outcomeOfRequest,
  privilegedRolesOf,
  progressOf,
  type RequestView,
  requirementsOf,
  rolesGained,
  rolesLost,
} from "../../change-requests/index.ts";
import { quotedName, quotedTicket, quotedUsername } from "../../kernel/quoted-name.ts";
import { warningsOf } from "../../subjects/index.ts";
import { describeChange, describeEffect, othersNamed, rolesIn } from "../texts/change-texts.ts";
import { disputeReason, emergencyLines, originOf } from "../texts/emergency-texts.ts";
import { failureLines } from "../texts/failure-texts.ts";
import { frozenCardLines } from "../texts/freeze-texts.ts";
import { grantLines } from "../texts/grant-texts.ts";
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
import { effectBefore, isEnding, reversalLines, shownEffect } from "../texts/standing-texts.ts";
import { describeWarning } from "../texts/subject-warning-texts.ts";
import { cardButtons } from "./card-buttons.ts";

/** The one message that shows a change request; it never claims more than is known. */
export function requestCard(view: RequestView): Message {
  const { request } = view;
  const { id, change, requester, reason, ticket, state } = request;
  const target = onlyTarget(request);
  const urgency = request.emergency ? "🚨 EMERGENCY · " : "";
  const title = `${nameOf(id)} · ${urgency}${describeChange(change)} · ${quotedUsername(target.username)}`;
  const details: Inline[][] = [
    [
      bold("Subject "),
      plain(
        `${quotedName(target.displayName)} (${quotedUsername(target.username)}), ${whereAndHow(request)}`,
      ),
    ],
    [bold("Change "), plain(describeChange(change))],
    ...replacementLines(view),
    ...(request.undoes === null ? [] : [[bold("Undo of "), plain(nameOf(request.undoes))]]),
    ...(request.othersOpen.length === 0
      ? []
      : [[bold("Open at that time about the same user "), plain(othersNamed(request.othersOpen, view))]]),
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
    { type: "header", text: { type: "plain_text", text: shortened(title, 150), emoji: false } },
    richText(
      lines(
        ...statusLines(view),
        ...frozenCardLines(view),
        ...emergencyLines(request),
        ...decisionLines(request),
        ...failureLines(view.failures),
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
  if (warnings.length > 0) {
    blocks.push(
      richText(
        lines([bold(state === "pending" ? "⚠️ Before you decide" : "⚠️ Known when it was asked for")]),
        warnings.map((warning) => bullet(plain(describeWarning(warning)))),
      ),
    );
  }
  const buttons = cardButtons(view);
  if (buttons) blocks.push({ type: "divider" }, buttons);
  return message(`${title}: ${stateInWords(request)}`, blocks);
}

/** Where the subject is and whether active, as read for the request; a change that was begun may have changed it. */
function whereAndHow(request: ChangeRequest): string {
  const { orgName, active } = onlyTarget(request).facts;
  const isBegun = request.state === "executing" || request.state === "done";
  return `${isBegun ? "at request time " : ""}${quotedName(orgName)}, ${active ? "active" : "inactive"}`;
}

/** What replacing the whole set of roles comes to, for this subject. */
function replacementLines({ request, temporaryGrants }: RequestView): Inline[][] {
  const { change } = request;
  if (change.kind !== "replace_roles") return [];
  const { roles: held } = onlyTarget(request).facts;
  const [gained, lost] = [rolesGained(change, held), rolesLost(change, held)];
  return [
    [bold("Gains "), plain(gained.length > 0 ? rolesIn(gained) : "nothing")],
    [bold("Loses "), plain(lost.length > 0 ? rolesIn(lost) : "nothing")],
    ...temporaryGrants
      .slice(0, MOST_GRANTS_SHOWN)
      .map(({ role, requestId, endsAt }) => [
        bold("Keeps for a limited time "),
        plain(`${quotedName(role.name)}: ${nameOf(requestId)} takes it away at its end all the same, `),
        moment(endsAt),
        plain("."),
      ]),
  ];
}

/** Roles for a limited time that a card has room for. */
const MOST_GRANTS_SHOWN = 10;

/** The present comes first: a role taken away or a later change stands before the result of then. */
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
        bold(request.emergency ? "⏳ Not yet carried out. " : "☑️ Approved, not yet carried out. "),
        ...words(waitingText(view)),
      ];
    case "executing":
      return [
        bold("⏳ Executing. "),
        plain(`Nothing is confirmed yet. ${request.waitingFor ? waitingText(view) : ""}`.trim()),
      ];
    case "done":
      return outcomeLine(view, because);
    case "denied":
      return [bold("⛔ Denied. "), plain("Nothing was changed.")];
    case "cancelled":
      return [
        bold("🚫 Cancelled. "),
        ...cancelledBy(request),
        // Who took it back needed no other reason.
        plain(`Nothing was changed.${request.cancellation ? "" : because}`),
      ];
    case "expired":
      return [bold("⌛ Expired. "), plain("Nothing was changed.")];
    case "stale":
      return [
        bold("♻️ Stale. "),
        plain(
          `Nothing was changed: the subject has changed since this was asked for.${because} The requester can renew it. It will need new approval.`,
        ),
      ];
  }
}

/** How many approvals are missing, and until when. */
export function pendingLine(request: ChangeRequest): Inline[] {
  const { needed, given, missing } = progressOf(requirementsOf(request));
  const progress = needed > 1 ? ` (${given} of ${needed} given)` : "";
  return [
    bold("🕓 Pending. "),
    plain(`Waits for ${count(missing, "approval")}${progress} until `),
    moment(request.decideBy),
    plain("."),
  ];
}

function outcomeLine(view: RequestView, because: string): Inline[] {
  const { request } = view;
  const { state, username, settledAt } = onlyTarget(request);
  const effect = describeEffect(request.change, username);
  switch (state) {
    case "verified":
      return [
        bold("✅ Verified. "),
        plain(`${shownEffect(view)} `),
        ...(settledAt ? [moment(settledAt)] : []),
      ];
    case "already":
      return [bold("✅ Already so. "), plain(effectBefore(view))];
    case "refused":
      return [bold("❌ Refused by Incydr. "), plain(`Nothing was changed.${because}`)];
    case "failed":
      return [bold("❌ Failed. "), plain(`Incydr was read again and did not show that ${effect}.${because}`)];
    case "stale":
    case "skipped":
      return [bold("🚫 Not carried out. "), plain(because.trim())];
    case "unknown":
    case "waiting":
    case "executing":
      return [
        bold("❓ Unknown. "),
        plain(`Whether ${effect} is not known yet.${because} It is being checked.`),
      ];
  }
}

/** Who decided what, when and why. */
export function decisionLines({ decisions }: ChangeRequest): Inline[][] {
  return decisions.map(({ approver, verdict, at, void: isVoid }) => [
    plain(verdict === "approval" ? "👍 Approved by " : "👎 Denied by "),
    person(approver.slackUserId),
    plain(" on "),
    moment(at),
    ...words(isVoid ? " (no longer counts)" : ""),
  ]);
}

/** Why it was denied, in the words of those who denied it. */
export function decisionReasons({ decisions }: ChangeRequest): KnownBlock[] {
  return decisions.flatMap(({ reason }) =>
    reason === null || reason === "" ? [] : [quotation("Reason for the denial", reason)],
  );
}

/** Who cancelled it and when, if somebody did. */
export function cancelledBy({ cancellation }: ChangeRequest): Inline[] {
  if (!cancellation) return [];
  return [
    plain("By "),
    person(cancellation.slackUserId),
    plain(" on "),
    moment(cancellation.at),
    plain(". "),
  ];
}

/** The obstacle that the request waits for; empty if there is none. The end of a freeze is known before the request's turn comes. */
export function waitingText({ request, isFrozen }: RequestView): string {
  const { waitingFor } = request;
  switch (isFrozen ? "freeze" : waitingFor) {
    case "freeze":
      return isFrozen ? "Waits: all changes to Incydr are frozen." : "";
    case "incydr":
      return "Waits: Incydr doesn't answer at the moment.";
    case "slack":
      return "Waits: Slack can't be asked who may approve.";
    case "subject":
      return "Waits: another change to the same user is under way.";
    case "policies":
      return "Waits: the policies were changed, and not every part of the bot has the new ones.";
    case null:
      return "";
  }
}

function stateInWords(request: ChangeRequest): string {
  return outcomeOfRequest(request) ? onlyTarget(request).state : request.state;
}

/** Nothing, where there is nothing to say. */
function words(text: string): Inline[] {
  return text === "" ? [] : [plain(text)];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
