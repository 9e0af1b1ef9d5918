import type { KnownBlock } from "@slack/types";
import {
  addsPrivileged,
  type ChangeRequest,
  nameOf,
  onlyTarget,
  outcomeOfRequest,
  privilegedRolesOf,
  type RequestView,
  rolesGained,
  rolesLost,
  validApprovals,
} from "../../change-requests/index.ts";
import { warningsOf } from "../../subjects/index.ts";
import { askedLines } from "./asked-texts.ts";
import { cardButtons } from "./card-buttons.ts";
import { describeChange, describeEffect, namesOf, rolesIn } from "./change-texts.ts";
import { emergencyLines } from "./emergency-texts.ts";
import { failureLines } from "./failure-texts.ts";
import { grantLines } from "./grant-texts.ts";
import { type Message, message } from "./message.ts";
import { quotedName, quotedUsername } from "./quoted-name.ts";
import { bold, bullet, type Inline, lines, moment, person, plain, richText } from "./rich-text.ts";
import { shortened } from "./shortened.ts";
import { describeWarning } from "./warning-texts.ts";

/** The one message that shows a change request; it never claims more than is known. */
export function requestCard(view: RequestView): Message {
  const { request, freeze } = view;
  const { id, change, requester, reason, ticket, state } = request;
  const target = onlyTarget(request);
  const urgency = request.emergency ? "🚨 EMERGENCY · " : "";
  const title = `${nameOf(id)} · ${urgency}${describeChange(change)} · ${target.username}`;
  const details: Inline[][] = [
    [
      bold("Subject "),
      plain(
        `${quotedName(target.displayName)} (${quotedUsername(target.username)}), ${quotedName(target.facts.orgName)}, ${target.facts.active ? "active" : "inactive"}`,
      ),
    ],
    [bold("Change "), plain(describeChange(change))],
    ...replacementLines(view),
    ...(request.undoes === null ? [] : [[bold("Undo of "), plain(nameOf(request.undoes))]]),
    ...(request.othersOpen.length === 0
      ? []
      : [[bold("Open at that time about the same user "), plain(namesOf(request.othersOpen))]]),
    [bold("Asked for by "), person(requester.slackUserId), plain(" on "), moment(request.createdAt)],
    ...askedLines(request),
    [bold("Reason "), plain(reason)],
  ];
  if (ticket) details.push([bold("Ticket "), plain(ticket)]);
  const blocks: KnownBlock[] = [
    { type: "header", text: { type: "plain_text", text: shortened(title, 150), emoji: false } },
    richText(
      lines(
        statusLine(request, freeze !== null),
        ...grantLines(view),
        ...emergencyLines(request),
        ...decisionLines(request),
        ...failureLines(view.failures),
      ),
    ),
    richText(lines(...details)),
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

/** What replacing the whole set of roles comes to, for this subject. */
function replacementLines({ request, lent }: RequestView): Inline[][] {
  const { change } = request;
  if (change.kind !== "replace_roles") return [];
  const { roles: held } = onlyTarget(request).facts;
  const [gained, lost] = [rolesGained(change, held), rolesLost(change, held)];
  return [
    [bold("Gains "), plain(gained.length > 0 ? rolesIn(gained) : "nothing")],
    [bold("Loses "), plain(lost.length > 0 ? rolesIn(lost) : "nothing")],
    ...lent
      .slice(0, MOST_LENT)
      .map(({ role, requestId, endsAt }) => [
        bold("Keeps for a limited time "),
        plain(`${quotedName(role.name)}: ${nameOf(requestId)} takes it away at its end all the same, `),
        moment(endsAt),
        plain("."),
      ]),
  ];
}

/** Roles for a limited time that a card has room for. */
const MOST_LENT = 10;

function statusLine(request: ChangeRequest, frozen: boolean): Inline[] {
  const target = onlyTarget(request);
  const because = target.explanation ? ` ${shortened(target.explanation, 1_000)}` : "";
  switch (request.state) {
    case "pending":
      return pendingLine(request);
    case "approved":
      return [
        bold(request.emergency ? "⏳ Not yet carried out. " : "☑️ Approved, not yet carried out. "),
        ...words(waitingText(request, frozen)),
      ];
    case "executing":
      return [
        bold("⏳ Executing. "),
        plain(`Nothing is confirmed yet. ${request.waitingFor ? waitingText(request, frozen) : ""}`.trim()),
      ];
    case "done":
      return outcomeLine(request, because);
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
          `Nothing was changed: the subject has changed since this was asked for.${because} Whoever asked can renew it; then it is approved anew.`,
        ),
      ];
  }
}

/** How many approvals are missing, and until when. */
export function pendingLine(request: ChangeRequest): Inline[] {
  const given = validApprovals(request).length;
  const missing = Math.max(0, request.approvalsNeeded - given);
  const progress = request.approvalsNeeded > 1 ? ` (${given} of ${request.approvalsNeeded} given)` : "";
  return [
    bold("🕓 Pending. "),
    plain(`Waits for ${count(missing, "approval")}${progress} until `),
    moment(request.expiresAt),
    plain("."),
  ];
}

function outcomeLine(request: ChangeRequest, because: string): Inline[] {
  const { state, username, settledAt } = onlyTarget(request);
  const effect = describeEffect(request.change, username);
  switch (state) {
    case "verified":
      return [
        bold("✅ Verified. "),
        plain(`Incydr was read again and shows it: ${effect}. `),
        ...(settledAt ? [moment(settledAt)] : []),
      ];
    case "already":
      return [bold("✅ Already so. "), plain(`Nothing had to be changed: ${effect}.`)];
    case "refused":
      return [bold("❌ Refused by Incydr. "), plain(`Nothing was changed.${because}`)];
    case "failed":
      return [bold("❌ Failed. "), plain(`Incydr does not show that ${effect}.${because}`)];
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
  return decisions.map(({ approver, verdict, reason, at, void: isVoid }) => [
    plain(verdict === "approval" ? "👍 Approved by " : "👎 Denied by "),
    person(approver.slackUserId),
    plain(" on "),
    moment(at),
    ...words(isVoid ? " (no longer counts)" : ""),
    ...words(reason ? `: ${shortened(reason, 1_000)}` : ""),
  ]);
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

/** What is waited for; empty if nothing is. */
export function waitingText({ waitingFor }: ChangeRequest, frozen: boolean): string {
  switch (frozen ? "freeze" : waitingFor) {
    case "freeze":
      return "Waits: all changes to Incydr are frozen.";
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
