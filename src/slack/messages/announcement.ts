import {
  type ChangeRequest,
  isBulk,
  nameOf,
  onlyTarget,
  outcomeOfRequest,
  type RequestView,
  validApprovals,
} from "../../change-requests/index.ts";
import { isNotExecuted, OUTCOME_WORDS, progressOf } from "../texts/bulk-texts.ts";
import { count, describeEffect, instruction, targetWords } from "../texts/change-texts.ts";
import { emergencyAnnouncement } from "../texts/emergency-texts.ts";
import { whatFollows } from "../texts/freeze-texts.ts";
import { givenSuffix } from "../texts/grant-texts.ts";
import { repeatedInvitation } from "../texts/invitation-texts.ts";
import { type Message, shortMessage } from "../texts/message.ts";
import { bold, type Inline, person, plain, quotation, shortened } from "../texts/rich-text.ts";
import { effectBefore, verifiedEffect } from "../texts/standing-texts.ts";
import { grantAnnouncement } from "./grant-announcement.ts";

/**
 * The update in a card's thread, or `null` if none is needed. `topic` is a state of the request, with the number of
 * decisions if the state can repeat, or `done:` and the outcome.
 */
export function announcement(view: RequestView, topic: string): Message | null {
  const { request } = view;
  const ofGrants = grantAnnouncement(view, topic);
  if (ofGrants !== undefined) return ofGrants;
  const name = nameOf(request.id);
  const target = onlyTarget(request);
  const effect = describeEffect(request.change, target.username, "plain");
  const requester = person(request.requester.slackUserId);
  const because = target.explanation ? ` ${shortened(target.explanation, 1_000)}` : "";
  const say = (headline: string, ...rest: Inline[]) =>
    shortMessage(`${name} ${headline}`, [bold(`${name} ${headline}`), ...rest]);

  const kind = topic.replace(/^(approved|pending|stale|renewed):.*/, "$1");
  const urgent = emergencyAnnouncement(view, kind);
  if (urgent) return withReason(say(urgent.headline, ...urgent.rest), urgent.reason);
  switch (kind) {
    case "approved":
      return approved(view);
    case "denied":
    case "cancelled":
    case "expired":
      return ended(request, kind, because);
    case "stale":
      if (request.state !== "stale") return null;
      return say(
        "is out of date",
        plain(
          `. The user's data changed after the request. The bot did nothing.${because} The requester can renew the request on its card. `,
        ),
        requester,
      );
    case "renewed":
      return say(
        "renewed",
        plain(" by "),
        requester,
        plain(". Earlier decisions no longer count. The card shows the user's current state."),
        ...repeatedInvitation(request),
      );
    case "pending":
      if (request.state !== "pending") return null;
      return say("needs another approval", plain(`.${because} `), requester, ...repeatedInvitation(request));
    case "done:verified":
      return target.state === "already"
        ? say("needed no change", plain(`: ${effectBefore(view)} `), ...givenSuffix(view), requester)
        : say("done and verified", plain(`: ${verifiedEffect(view)} `), ...givenSuffix(view), requester);
    case "done:failed":
      return say(
        target.state === "refused" ? "was refused by Incydr" : "failed",
        plain(`.${because} `),
        requester,
      );
    case "done:unknown":
      // A separate update tells an outcome that is known by now.
      if (target.state !== "unknown") return null;
      return say(
        "has an unknown outcome",
        plain(`. It is not known yet whether ${effect}.${because} The bot is checking. `),
        requester,
      );
    default:
      return null;
  }
}

/** The message with the typed reason below, if there is one. */
function withReason({ text, blocks }: Message, reason: string | null): Message {
  return { text, blocks: reason ? [...blocks, quotation("Reason", reason)] : blocks };
}

function approved(view: RequestView): Message | null {
  const { request } = view;
  // A late message must not announce a change that no longer follows.
  if (!["approved", "executing", "done"].includes(request.state)) return null;
  const last = validApprovals(request).at(-1);
  const headline = `${nameOf(request.id)} approved`;
  return shortMessage(headline, [
    bold(headline),
    ...(last ? [plain(" by "), person(last.approver.slackUserId)] : [plain(" (no approval needed)")]),
    plain(`: ${instruction(request.change, targetWords(request))}.${whatFollows(view)}`),
  ]);
}

/** The end of a request before its execution. `because` is the bot's reason to cancel it. */
function ended(
  { id, requester, decisions, cancellation }: ChangeRequest,
  headline: "denied" | "cancelled" | "expired",
  because = "",
): Message {
  const last = decisions.at(-1);
  const by = headline === "denied" ? last?.approver : headline === "cancelled" ? cancellation : null;
  const why = headline === "cancelled" && !cancellation ? because : "";
  const name = `${nameOf(id)} ${headline}`;
  const said = shortMessage(name, [
    bold(name),
    ...(by ? [plain(" by "), person(by.slackUserId)] : []),
    plain(`. Nothing was changed.${why} `),
    ...(by?.slackUserId === requester.slackUserId ? [] : [person(requester.slackUserId)]),
  ]);
  return withReason(said, headline === "denied" ? (last?.reason ?? null) : null);
}

/** As `announcement`, for a bulk: the text counts the subjects and names none. */
export function bulkAnnouncement(view: RequestView, topic: string): Message | null {
  const { request } = view;
  if (!isBulk(request)) return null;
  const name = nameOf(request.id);
  const requester = person(request.requester.slackUserId);
  const { counts } = progressOf(request.targets);
  const outcomes = counts.map(([state, users]) => `${users} ${OUTCOME_WORDS[state]}`).join(", ");
  const say = (headline: string, ...rest: Inline[]) =>
    shortMessage(`${name} ${headline}`, [bold(`${name} ${headline}`), ...rest]);

  const confirmed = request.targets.filter(({ state }) => state === "verified" || state === "already").length;
  const kind = topic.replace(/^(approved|pending):.*/, "$1");
  switch (kind) {
    case "approved":
      return approved(view);
    case "denied":
    case "cancelled":
    case "expired":
      return ended(request, kind);
    case "pending":
      if (request.state !== "pending") return null;
      return say("needs another approval", plain(". "), requester, ...repeatedInvitation(request));
    case "done:verified":
      return say("done and verified for every user", plain(`: ${outcomes}. `), requester);
    case "done:partly_verified":
      return say(
        `finished; verified for only ${confirmed} of ${count(request.targetCount, "user")}`,
        plain(`: ${outcomes}. `),
        requester,
      );
    case "done:failed": {
      const headline = isNotExecuted(request) ? "was not executed" : "failed";
      return say(headline, plain(`: ${outcomes}. `), requester);
    }
    case "done:unknown":
      if (outcomeOfRequest(request) !== "unknown") return null;
      return say("has unknown outcomes", plain(`: ${outcomes}. The bot is checking. `), requester);
    default:
      return null;
  }
}
