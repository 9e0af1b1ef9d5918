import {
  type ChangeRequest,
  type Decision,
  isBulk,
  nameOf,
  onlyTarget,
  outcomeOfRequest,
  type RequestView,
  validApprovals,
} from "../../change-requests/index.ts";
import { progressOf } from "../texts/bulk-texts.ts";
import { describeChange, describeEffect, targetWords } from "../texts/change-texts.ts";
import { emergencyAnnouncement } from "../texts/emergency-texts.ts";
import { whatFollows } from "../texts/freeze-texts.ts";
import { givenSuffix } from "../texts/grant-texts.ts";
import { repeatedInvitation } from "../texts/invitation-texts.ts";
import { type Message, shortMessage } from "../texts/message.ts";
import { bold, type Inline, person, plain, quotation, shortened } from "../texts/rich-text.ts";
import { effectBefore, shownEffect } from "../texts/standing-texts.ts";
import { grantAnnouncement } from "./grant-announcement.ts";

/**
 * What is said in a card's thread when something came to pass; `topic` is a state of the request (with
 * the number of decisions, where it may come again), or `done:` and its outcome. `null` where nothing needs to be said.
 */
export function announcement(view: RequestView, topic: string): Message | null {
  const { request } = view;
  const ofGrants = grantAnnouncement(view, topic);
  if (ofGrants !== undefined) return ofGrants;
  const name = nameOf(request.id);
  const target = onlyTarget(request);
  const effect = describeEffect(request.change, target.username);
  const requester = person(request.requester.slackUserId);
  const denial = request.decisions.at(-1)?.reason ?? "";
  const because = target.explanation ? ` ${shortened(target.explanation, 1_000)}` : "";
  const by = (decider: Decision | undefined): Inline[] =>
    decider ? [plain(" by "), person(decider.approver.slackUserId)] : [];
  const say = (headline: string, ...rest: Inline[]) =>
    shortMessage(`${name}: ${headline}`, [bold(`${name}: ${headline}`), ...rest]);

  const kind = topic.replace(/^(approved|pending|stale|renewed):.*/, "$1");
  const urgent = emergencyAnnouncement(view, kind);
  if (urgent) return withReason(say(urgent.headline, ...urgent.rest), urgent.reason);
  switch (kind) {
    case "approved": {
      // A message that comes late must not announce what no longer comes.
      if (!["approved", "executing", "done"].includes(request.state)) return null;
      const last = validApprovals(request).at(-1);
      return say(
        "approved",
        ...(last ? by(last) : [plain(": the policy asks for no approval")]),
        plain(`. Change: ${describeChange(request.change)} for ${targetWords(request)}.${whatFollows(view)}`),
      );
    }
    case "denied":
      return withReason(
        say("denied", ...by(request.decisions.at(-1)), plain(". Nothing was changed. "), requester),
        denial,
      );
    case "cancelled":
      return say(
        "cancelled",
        ...cancelledBy(request),
        plain(`. Nothing was changed.${request.cancellation ? "" : because} `),
        requester,
      );
    case "expired":
      return say("expired", plain(". Nothing was changed. "), requester);
    case "stale":
      if (request.state !== "stale") return null;
      return say(
        "stale",
        plain(
          `. Nothing was changed, because the subject has changed since.${because} The requester can renew it on its card. `,
        ),
        requester,
      );
    case "renewed":
      return say(
        "renewed",
        plain(" by "),
        requester,
        plain(". Earlier decisions no longer count; its card shows the user as they are now."),
        ...repeatedInvitation(request),
      );
    case "pending":
      if (request.state !== "pending") return null;
      return say(
        "needs another approval",
        plain(`. ${because} `.trimStart()),
        requester,
        ...repeatedInvitation(request),
      );
    case "done:verified":
      return target.state === "already"
        ? say("already so", plain(`. ${effectBefore(view)} `), ...givenSuffix(view), requester)
        : say("verified", plain(`. ${shownEffect(view)} `), ...givenSuffix(view), requester);
    case "done:failed":
      return say(
        target.state === "refused" ? "refused by Incydr" : "failed",
        plain(`.${because} `),
        requester,
      );
    case "done:unknown":
      // An outcome that became known meanwhile is announced by itself.
      if (target.state !== "unknown") return null;
      return say(
        "outcome unknown",
        plain(`. Whether ${effect} is not known yet; it is being checked.${because} `),
        requester,
      );
    default:
      return null;
  }
}

/** The same message with the reason that a person gave, if they gave one. */
function withReason({ text, blocks }: Message, reason: string | null): Message {
  return { text, blocks: reason ? [...blocks, quotation("Reason", reason)] : blocks };
}

function cancelledBy({ cancellation }: ChangeRequest): Inline[] {
  return cancellation ? [plain(" by "), person(cancellation.slackUserId)] : [];
}

/** The same as `announcement` for many subjects: it counts them and names none. */
export function bulkAnnouncement(view: RequestView, topic: string): Message | null {
  const { request } = view;
  if (!isBulk(request)) return null;
  const name = nameOf(request.id);
  const requester = person(request.requester.slackUserId);
  const last = request.decisions.at(-1);
  const by: Inline[] = last ? [plain(" by "), person(last.approver.slackUserId)] : [];
  const { counts } = progressOf(request.targets);
  const outcomes = counts.map(([state, count]) => `${count} ${state}`).join(", ");
  const say = (headline: string, ...rest: Inline[]) =>
    shortMessage(`${name}: ${headline}`, [bold(`${name}: ${headline}`), ...rest]);

  switch (topic.replace(/^(approved|pending):.*/, "$1")) {
    case "approved":
      // A message that comes late must not announce what no longer comes.
      if (!["approved", "executing", "done"].includes(request.state)) return null;
      return say(
        "approved",
        ...by,
        plain(
          `. Change: ${describeChange(request.change)} for ${request.targetCount} users.${whatFollows(view)}`,
        ),
      );
    case "denied":
      return withReason(
        say("denied", ...by, plain(". Nothing was changed. "), requester),
        last?.reason ?? null,
      );
    case "cancelled":
      return say("cancelled", plain(". Nothing was changed. "), requester);
    case "expired":
      return say("expired", plain(". Nothing was changed. "), requester);
    case "pending":
      if (request.state !== "pending") return null;
      return say("needs another approval", plain(". "), requester, ...repeatedInvitation(request));
    case "done:verified":
      return say("verified for every user", plain(`: ${outcomes}. `), requester);
    case "done:partly_verified":
      return say("partly verified", plain(`: ${outcomes}. `), requester);
    case "done:failed":
      return say("failed", plain(`: ${outcomes}. `), requester);
    case "done:unknown":
      if (outcomeOfRequest(request) !== "unknown") return null;
      return say("outcome unknown of some", plain(`: ${outcomes}. It is being checked. `), requester);
    default:
      return null;
  }
}
