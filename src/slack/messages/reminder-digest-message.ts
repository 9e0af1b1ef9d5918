import type { RichTextSection } from "@slack/types";
import { type DigestLine, isBulk, nameOf } from "../../change-requests/index.ts";
import { CHANGE_TITLES, count } from "../texts/change-texts.ts";
import { persons } from "../texts/invitation-texts.ts";
import { type Message, message } from "../texts/message.ts";
import {
  bold,
  bullet,
  type Inline,
  lines,
  link,
  moment,
  person,
  plain,
  richText,
} from "../texts/rich-text.ts";

/** The limit of requests in one list. */
const MOST_REQUESTS_LISTED = 20;

/** Characters of JSON of all lists in one message; Slack refuses messages of about 13,200 and more. */
const ROOM = 10_800;

/** The limit of invited approvers named for requests that have no room. */
const MOST_NAMED = 5;

/** A request in a digest, with the address of its card; `null` if it has none. */
export type LinkedLine = DigestLine & { readonly cardUrl: string | null };

/**
 * The requests that wait for approvals, the escalated ones first. It names no subject. It alerts only the requesters
 * and the invited approvers: groups are plain text.
 */
export function digestMessage(listed: readonly LinkedLine[]): Message {
  const list = listWithin();
  const escalated = listed.filter(({ step }) => step === "escalation");
  const reminded = listed.filter(({ step }) => step === "reminder");
  const groups = new Map<string, LinkedLine[]>();
  for (const line of escalated) {
    const asked = line.escalateTo.map((handle) => `@${handle}`).join(", ");
    groups.set(asked, [...(groups.get(asked) ?? []), line]);
  }
  const parts = [...groups].flatMap(([asked, of]) => [
    lines([
      bold(`${waitedTooLong(of.length)}. `),
      plain(asked === "" ? "The policies name no group to ask." : `Please decide: ${asked}.`),
    ]),
    list(of, contentOf),
  ]);
  if (reminded.length > 0)
    parts.push(lines([bold(`${waiting(reminded.length)} for approvals.`)]), list(reminded, contentOf));
  const revoking = listed.filter(({ step }) => step === "revocation");
  if (revoking.length > 0) parts.push(...revocationParts(revoking, list));
  const summary =
    escalated.length > 0
      ? waitedTooLong(escalated.length)
      : reminded.length > 0
        ? `${waiting(reminded.length)} for approvals`
        : "Temporary roles could not be removed";
  return message(summary, [richText(...parts)]);
}

/** The requests that wait for the approval of one invited approver, sent to this person. */
export function personalDigest(listed: readonly LinkedLine[]): Message {
  const headline = `${waiting(listed.length)} for your approval`;
  return message(headline, [
    richText(
      lines([
        bold(`${headline}. `),
        plain("If you can't open a card, ask a member of its channel to add you."),
      ]),
      listWithin()(listed, contentOf),
    ),
  ]);
}

/** Temporary roles that are past their end and still there, and the groups that the policies name. */
function revocationParts(listed: readonly LinkedLine[], list: ListRequests) {
  const asked = [...new Set(listed.flatMap(({ escalateTo }) => escalateTo))].map((handle) => `@${handle}`);
  const to = asked.length > 0 ? ` Please check: ${asked.join(", ")}.` : "";
  return [
    lines([
      bold("⏳ Temporary roles could not be removed at their end. "),
      plain(`The bot keeps trying, except while changes are frozen.${to}`),
    ]),
    list(listed, ({ request, revoking, cardUrl }) => {
      const name = nameOf(request.id);
      const failed = Math.max(0, ...revoking.map(({ failedAttempts }) => failedAttempts));
      const [first] = revoking;
      return [
        cardUrl ? link(cardUrl, name) : bold(name),
        plain(` · failed attempts: ${failed}`),
        ...(first ? [plain(" · end was due "), moment(first.endsAt)] : []),
      ];
    }),
  ];
}

function waiting(requests: number): string {
  return `${count(requests, "request")} ${requests === 1 ? "waits" : "wait"}`;
}

function waitedTooLong(requests: number): string {
  return `${count(requests, "request")} ${requests === 1 ? "has" : "have"} waited too long`;
}

function contentOf({ request, approvalsMissing, invitedApprovers, cardUrl }: LinkedLine): Inline[] {
  const name = nameOf(request.id);
  const many = isBulk(request) ? ` ${count(request.targetCount, "user")}` : "";
  return [
    cardUrl ? link(cardUrl, name) : bold(name),
    plain(` · ${CHANGE_TITLES[request.change.kind]}${many} · requested by `),
    person(request.requester.slackUserId),
    plain(" on "),
    moment(request.createdAt),
    plain(` · needs ${count(approvalsMissing, "approval")} · `),
    ...(invitedApprovers.length > 0 ? [plain("invited: "), ...persons(invitedApprovers), plain(" · ")] : []),
    plain("expires "),
    moment(request.decideBy),
  ];
}

/** Lists requests of a digest, a bullet each, as many as fit into the rest of the message. */
type ListRequests = <T extends DigestLine>(
  of: readonly T[],
  contentOf: (line: T) => Inline[],
) => RichTextSection[];

/** Makes the lists of one message. */
function listWithin(): ListRequests {
  let room = ROOM;
  return (of, contentOf) => {
    const listed: RichTextSection[] = [];
    for (const line of of.slice(0, MOST_REQUESTS_LISTED)) {
      const item = bullet(...contentOf(line));
      room -= JSON.stringify(item).length;
      if (room < 0) break;
      listed.push(item);
    }
    const rest = of.slice(listed.length);
    if (rest.length === 0) return listed;
    const more =
      listed.length === 0
        ? `${count(rest.length, "more request")}, too many to list here`
        : `and ${rest.length} more`;
    const people = [...new Set(rest.flatMap(({ invitedApprovers }) => invitedApprovers))].slice(
      0,
      MOST_NAMED,
    );
    const asked = people.length > 0 ? [plain(", invited: "), ...persons(people)] : [];
    return [...listed, bullet(plain(more), ...asked)];
  };
}
