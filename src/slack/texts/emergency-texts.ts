import type { KnownBlock } from "@slack/types";
import {
  type AlarmTopic,
  type ChangeRequest,
  type EmergencyTerms,
  nameOf,
  onlyTarget,
  type RequestView,
} from "../../change-requests/index.ts";
import { quotedName, quotedTicket, quotedUsername } from "../../kernel/quoted-name.ts";
import { count, describeChange, instruction, targetWords } from "./change-texts.ts";
import { groupNames } from "./forbidden-texts.ts";
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

/** The consequences of an emergency, for the person about to make it. */
export function emergencyWarning(
  { ratifyWithinHours, escalateTo }: EmergencyTerms,
  { isFrozen }: { isFrozen: boolean },
): Inline[][] {
  return [
    isFrozen
      ? [bold("🧊 All changes are frozen. 🚨 This runs without approval when they are unfrozen, not now.")]
      : [bold("🚨 EMERGENCY: this runs at once, without approval.")],
    [
      plain(
        `It is announced in the audit channel with your name. A second person must ratify or dispute it within ${count(ratifyWithinHours, "hour")}. After that it is escalated${toGroups(escalateTo)}.`,
      ),
    ],
    [plain("If it can wait for approval, cancel this form and request a normal deactivation.")],
  ];
}

/** The lines of a card about an emergency, beside its status; none for other requests. */
export function emergencyLines(request: ChangeRequest): Inline[][] {
  const { emergency, requester, ratification } = request;
  if (!emergency) return [];
  const made = [
    bold("🚨 Emergency. "),
    person(requester.slackUserId),
    plain(
      isMade(request)
        ? " made this change without prior approval."
        : " requested this change without waiting for approvals.",
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
              plain(`. Ask ${ratifiers(emergency)}.${stillOpen(request)}`),
            ]
          : [
              bold("✍️ Needs ratification "),
              plain("from a second person by "),
              moment(deadlineAt),
              plain("."),
            ],
      ];
    case "ratified":
      return [made, [bold("✍️ Ratified "), plain("by "), ...by, plain(".")]];
    case "disputed":
      return [made, [bold("⚠️ Disputed "), plain("by "), ...by, plain(".")]];
  }
}

/** Whether Incydr showed the change of an emergency. */
function isMade(request: ChangeRequest): boolean {
  return request.emergency !== null && onlyTarget(request).state === "verified";
}

/** The verb before the requester's name. */
export function originOf(request: ChangeRequest): "Requested" | "Made" {
  return isMade(request) ? "Made" : "Requested";
}

/** The reason of a dispute, quoted. */
export function disputeReason({ ratification }: ChangeRequest): KnownBlock[] {
  const reason = ratification?.state === "disputed" ? ratification.decision?.reason : null;
  return reason ? [quotation("Reason for the dispute", reason)] : [];
}

/** The message about an emergency in the thread of its card; `reason` was typed by a person. */
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
        headline: "needs ratification",
        rest: [
          plain(" from a second person"),
          ...(ratification ? [plain(" by "), moment(ratification.deadlineAt)] : []),
          plain(`. Ask ${ratifiers(emergency)}. Use Ratify or Dispute… on its card.`),
        ],
        reason: null,
      };
    case "ratification_overdue":
      return {
        headline: "was not ratified in time",
        rest: [plain(`. Ask ${ratifiers(emergency)}.${stillOpen(request)} `), person(requester.slackUserId)],
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
        rest: [...by, plain(`. ${NOT_UNDONE} `), person(requester.slackUserId)],
        reason: ratification?.decision?.reason ?? null,
      };
    case "approved":
      return {
        headline: "🚨 emergency change",
        rest: [
          plain(" by "),
          person(requester.slackUserId),
          plain(
            `, without waiting for approvals: ${instruction(change, targetWords(request))}.${whatFollows(view)}`,
          ),
        ],
        reason: null,
      };
    default:
      return null;
  }
}

type EmergencyAlarm = Exclude<AlarmTopic, `stuck:${string}`>;

const ALARM_TITLES: Readonly<Record<EmergencyAlarm, string>> = {
  begun: "🚨 EMERGENCY CHANGE WITHOUT APPROVAL",
  overdue: "⏰ EMERGENCY NOT RATIFIED IN TIME",
  disputed: "⚠️ EMERGENCY DISPUTED",
};

/** The alert about an emergency in the audit channel, apart from the entries of the log. */
export function alarmMessage(view: RequestView, topic: EmergencyAlarm): Message {
  const { request } = view;
  const { emergency, requester, reason, ticket, ratification, change } = request;
  const target = onlyTarget(request);
  const title = `${ALARM_TITLES[topic]}: ${nameOf(request.id)}`;
  const follows = topic === "begun" ? whatFollows(view) : "";
  const details: Inline[][] = [
    ...(follows === "" ? [] : [[bold("🧊"), plain(follows)]]),
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
    const when = `from a second person within ${count(emergency.ratifyWithinHours, "hour")} of its execution.`;
    details.push([bold("Needs ratification "), plain(`${when} Ask ${ratifiers(emergency)}.`)]);
  }
  if (topic === "overdue" && emergency) {
    details.push([
      bold("It was neither ratified nor disputed. "),
      plain(`Ask ${ratifiers(emergency)}.${stillOpen(request)}`),
    ]);
  }
  if (topic === "disputed" && ratification?.decision) {
    details.push([bold("Disputed by "), person(ratification.decision.by.slackUserId), plain(".")]);
    details.push([plain(NOT_UNDONE)]);
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

/** Empty if the emergency was ratified or disputed before this message was posted. */
function stillOpen({ ratification }: ChangeRequest): string {
  return ratification?.state === "awaiting" ? " Ratify and Dispute… on the card still work." : "";
}

const NOT_UNDONE =
  "A dispute undoes nothing. To reverse the change, use /incydr activate, or Undo… if the card offers it.";

function ratifiers({ escalateTo }: EmergencyTerms): string {
  return escalateTo.length > 0 ? groupNames(escalateTo) : "a person who can ratify it";
}

function toGroups(groups: readonly string[]): string {
  return groups.length > 0 ? ` to ${groups.map((handle) => `@${handle}`).join(", ")}` : "";
}
