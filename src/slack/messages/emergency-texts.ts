import type { KnownBlock } from "@slack/types";
import {
  type AlarmTopic,
  type ChangeRequest,
  type EmergencyTerms,
  nameOf,
  onlyTarget,
} from "../../change-requests/index.ts";
import { describeChange } from "./change-texts.ts";
import { type Message, message } from "./message.ts";
import { quotedName, quotedUsername } from "./quoted-name.ts";
import { bold, type Inline, lines, moment, person, plain, richText } from "./rich-text.ts";
import { shortened } from "./shortened.ts";

/** What an emergency means, for whoever is about to make it: line by line. */
export function emergencyWarning({ ratifyWithinHours, escalateTo }: EmergencyTerms): Inline[][] {
  return [
    [bold("🚨 EMERGENCY: this is done at once, without any approval.")],
    [
      plain(
        `It is announced in the audit channel, with your name. A second person has to ratify it within ${ratifyWithinHours} hours, or it is escalated${toGroups(escalateTo)}. Whoever ratifies can dispute it.`,
      ),
    ],
    [plain("If it can wait for an approval, close this and ask for a deactivation instead.")],
  ];
}

/** What a card says of an emergency beside its state; nothing where it is none. */
export function emergencyLines({ emergency, requester, ratification }: ChangeRequest): Inline[][] {
  if (!emergency) return [];
  const made = [
    bold("🚨 Emergency. "),
    plain("Made without approval by "),
    person(requester.slackUserId),
    plain("."),
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
      return [
        made,
        [bold("⚠️ Disputed "), plain("by "), ...by, plain(`: ${shortened(decision?.reason ?? "", 1_000)}`)],
      ];
  }
}

/** What is said of an emergency in its card's thread. */
export function emergencyAnnouncement(
  request: ChangeRequest,
  topic: string,
): { headline: string; rest: Inline[] } | null {
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
      };
    case "ratification_overdue":
      return {
        headline: "nobody has ratified this emergency in time",
        rest: [plain(`. Asked now:${whoRatifies(emergency)}. `), person(requester.slackUserId)],
      };
    case "ratified":
      return { headline: "ratified", rest: [...by, plain(". "), person(requester.slackUserId)] };
    case "disputed":
      return {
        headline: "disputed",
        rest: [
          ...by,
          plain(`. Reason: ${shortened(ratification?.decision?.reason ?? "", 1_000)} `),
          person(requester.slackUserId),
        ],
      };
    case "approved":
      return {
        headline: "🚨 emergency",
        rest: [
          plain(" by "),
          person(requester.slackUserId),
          plain(
            `, without waiting for approvals. Now: ${describeChange(change)} for ${onlyTarget(request).username}.`,
          ),
        ],
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
export function alarmMessage(request: ChangeRequest, topic: EmergencyAlarm): Message {
  const { emergency, requester, reason, ticket, ratification, change } = request;
  const target = onlyTarget(request);
  const title = `${ALARM_TITLES[topic]}: ${nameOf(request.id)}`;
  const details: Inline[][] = [
    [
      bold(`${describeChange(change)} `),
      plain(`${quotedName(target.displayName)} (${quotedUsername(target.username)})`),
    ],
    [bold("Made by "), person(requester.slackUserId), plain(" on "), moment(request.createdAt)],
    [bold("Reason "), plain(shortened(reason, 1_000))],
  ];
  if (ticket) details.push([bold("Ticket "), plain(ticket)]);
  if (topic === "begun" && emergency) {
    const when = `within ${emergency.ratifyWithinHours} hours of its execution by a second person:`;
    details.push([bold("To be ratified "), plain(`${when}${whoRatifies(emergency)}.`)]);
  }
  if (topic === "overdue" && emergency) {
    details.push([
      bold("Nobody has ratified or disputed it. "),
      plain(`Asked now:${whoRatifies(emergency)}.`),
    ]);
  }
  if (topic === "disputed" && ratification?.decision) {
    const { by, reason: why } = ratification.decision;
    details.push([bold("Disputed by "), person(by.slackUserId), plain(`: ${shortened(why ?? "", 1_000)}`)]);
    details.push([plain("Nothing is undone by itself: use the button on its card.")]);
  }
  const header: KnownBlock = {
    type: "header",
    text: { type: "plain_text", text: shortened(title, 150), emoji: false },
  };
  return message(`${title}, ${target.username}`, [header, richText(lines(...details))]);
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
