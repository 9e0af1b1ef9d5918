import type { KnownBlock } from "@slack/types";
import {
  type AlarmTopic,
  type ChangeRequest,
  type EmergencyTerms,
  nameOf,
  needsRatification,
  onlyTarget,
  type RequestView,
} from "../../change-requests/index.ts";
import { quotedName, quotedTicket, quotedUsername } from "../../kernel/quoted-name.ts";
import { describeChange, targetWords } from "./change-texts.ts";
import { whatFollows } from "./freeze-texts.ts";
import { type Message, message } from "./message.ts";
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
} from "./rich-text.ts";

/** The consequences of an emergency, line by line, for the person about to make it. */
export function emergencyWarning(
  { ratifyWithinHours, escalateTo }: EmergencyTerms,
  { isFrozen }: { isFrozen: boolean },
): Inline[][] {
  return [
    isFrozen
      ? [
          bold(
            "🧊 All changes are frozen. 🚨 EMERGENCY: this runs when they are unfrozen, without any approval.",
          ),
        ]
      : [bold("🚨 EMERGENCY: this is done at once, without any approval.")],
    [
      plain(
        `It is announced in the audit channel, with your name. A second person has to ratify it within ${ratifyWithinHours} hours, or it is escalated${toGroups(escalateTo)}. Whoever ratifies can dispute it.`,
      ),
    ],
    [plain("If it can wait for an approval, close this and ask for a deactivation instead.")],
  ];
}

/** What a card says of an emergency beside its state; nothing where it is none. */
export function emergencyLines(request: ChangeRequest): Inline[][] {
  const { emergency, requester, ratification } = request;
  if (!emergency) return [];
  const made = [
    bold("🚨 Emergency. "),
    person(requester.slackUserId),
    plain(
      isCarriedOut(request)
        ? " made this change without prior approval."
        : " asked for this change without waiting for approvals.",
    ),
  ];
  if (!ratification) return [made];
  const { state, deadlineAt, overdue, decision } = ratification;
  const by = decision ? [person(decision.by.slackUserId), plain(" on "), moment(decision.at)] : [];
  switch (state) {
    case "awaiting":
      return [
        made,
        overdue
          ? [
              bold("⏰ Ratification overdue. "),
              plain("It was due "),
              moment(deadlineAt),
              plain(`. Ask${whoRatifies(emergency)}.`),
            ]
          : [bold("✍️ To be ratified "), plain("by a second person until "), moment(deadlineAt), plain(".")],
      ];
    case "ratified":
      return [made, [bold("✍️ Ratified "), plain("by "), ...by, plain(".")]];
    case "disputed":
      return [made, [bold("⚠️ Disputed "), plain("by "), ...by, plain(".")]];
  }
}

/** Whether an emergency was made, or may have been: then it is no longer only asked for. */
function isCarriedOut({ emergency, state, targets }: ChangeRequest): boolean {
  return emergency !== null && state === "done" && needsRatification(targets.map((target) => target.state));
}

/** The word for how a request came about. */
export function originOf(request: ChangeRequest): "Asked for" | "Made" {
  return isCarriedOut(request) ? "Made" : "Asked for";
}

/** Why an emergency is disputed, in the words of the person who disputes it. */
export function disputeReason({ ratification }: ChangeRequest): KnownBlock[] {
  const reason = ratification?.state === "disputed" ? ratification.decision?.reason : null;
  return reason ? [quotation("Reason for the dispute", reason)] : [];
}

/** The message about an emergency in its card's thread; `reason` is a person's own words. */
export function emergencyAnnouncement(
  view: RequestView,
  topic: string,
): { headline: string; rest: Inline[]; reason: string | null } | null {
  const { request } = view;
  const { emergency, ratification, requester, change } = request;
  if (!emergency) return null;
  const by = ratification?.decision ? [plain(" by "), person(ratification.decision.by.slackUserId)] : [];
  switch (topic) {
    case "ratification":
      return {
        headline: "to be ratified",
        rest: [
          plain(" until "),
          ...(ratification ? [moment(ratification.deadlineAt)] : []),
          plain(` by a second person:${whoRatifies(emergency)}. Use Ratify or Dispute on its card.`),
        ],
        reason: null,
      };
    case "ratification_overdue":
      return {
        headline: "nobody has ratified this emergency in time",
        rest: [plain(`. Asked now:${whoRatifies(emergency)}. `), person(requester.slackUserId)],
        reason: null,
      };
    case "ratified":
      return {
        headline: "ratified",
        rest: [...by, plain(". "), person(requester.slackUserId)],
        reason: null,
      };
    case "disputed":
      return {
        headline: "disputed",
        rest: [...by, plain(". "), person(requester.slackUserId)],
        reason: ratification?.decision?.reason ?? null,
      };
    case "approved":
      return {
        headline: "🚨 emergency",
        rest: [
          plain(" by "),
          person(requester.slackUserId),
          plain(
            `, without waiting for approvals. Change: ${describeChange(change)} for ${targetWords(request)}.${whatFollows(view)}`,
          ),
        ],
        reason: null,
      };
    default:
      return null;
  }
}

/** The message about an emergency in the audit channel. */
type EmergencyAlarm = Exclude<AlarmTopic, `stuck:${string}`>;

const ALARM_TITLES: Readonly<Record<EmergencyAlarm, string>> = {
  begun: "🚨 EMERGENCY CHANGE, WITHOUT APPROVAL",
  overdue: "⏰ EMERGENCY NOT RATIFIED IN TIME",
  disputed: "⚠️ EMERGENCY DISPUTED",
};

/** What the audit channel is told of an emergency, apart from the entries of the log. */
export function alarmMessage(view: RequestView, topic: EmergencyAlarm): Message {
  const { request } = view;
  const { emergency, requester, reason, ticket, ratification, change } = request;
  const target = onlyTarget(request);
  const title = `${ALARM_TITLES[topic]}: ${nameOf(request.id)}`;
  const details: Inline[][] = [
    [
      bold(`${describeChange(change)} `),
      plain(`${quotedName(target.displayName)} (${quotedUsername(target.username)})`),
    ],
    [
      bold(`${originOf(request)} by `),
      person(requester.slackUserId),
      plain(" on "),
      moment(request.createdAt),
    ],
  ];
  if (ticket) details.push([bold("Ticket "), plain(quotedTicket(ticket))]);
  if (topic === "begun" && emergency) {
    const when = `within ${emergency.ratifyWithinHours} hours of its execution by a second person:`;
    details.push([bold("To be ratified "), plain(`${when}${whoRatifies(emergency)}.`)]);
    const follows = whatFollows(view);
    if (follows !== "") details.push([bold("🧊"), plain(follows)]);
  }
  if (topic === "overdue" && emergency) {
    details.push([
      bold("Nobody has ratified or disputed it. "),
      plain(`Asked now:${whoRatifies(emergency)}.`),
    ]);
  }
  if (topic === "disputed" && ratification?.decision) {
    details.push([bold("Disputed by "), person(ratification.decision.by.slackUserId), plain(".")]);
    details.push([plain("Nothing is undone by itself: use the button on its card.")]);
  }
  const header: KnownBlock = {
    type: "header",
    text: { type: "plain_text", text: shortened(title, 150), emoji: false },
  };
  return message(`${title}, ${quotedUsername(target.username)}`, [
    header,
    richText(lines(...details)),
    quotation("Reason", reason),
    ...(topic === "disputed" ? disputeReason(request) : []),
  ]);
}

function whoRatifies({ escalateTo }: EmergencyTerms): string {
  return escalateTo.length > 0 ? ` ${handles(escalateTo)}` : " whoever may ratify";
}

function toGroups(groups: readonly string[]): string {
  return groups.length > 0 ? ` to ${handles(groups)}` : "";
}

function handles(groups: readonly string[]): string {
  return groups.map((handle) => `@${handle}`).join(", ");
}
