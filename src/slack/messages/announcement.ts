import {
  type ChangeRequest,
  type Decision,
  nameOf,
  onlyTarget,
  type RequestView,
  validApprovals,
} from "../../change-requests/index.ts";
import { describeChange, describeEffect, targetWords } from "../texts/change-texts.ts";
import { emergencyAnnouncement } from "../texts/emergency-texts.ts";
import { whatFollows } from "../texts/freeze-texts.ts";
import { givenSuffix } from "../texts/grant-texts.ts";
import { repeatedInvitation } from "../texts/invitation-texts.ts";
import { type Message, shortMessage } from "../texts/message.ts";
import { quotation } from "../texts/quotation.ts";
import { bold, type Inline, person, plain } from "../texts/rich-text.ts";
import { shortened } from "../texts/shortened.ts";
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
export function withReason({ text, blocks }: Message, reason: string | null): Message {
  return { text, blocks: reason ? [...blocks, quotation("Reason", reason)] : blocks };
}

function cancelledBy({ cancellation }: ChangeRequest): Inline[] {
  return cancellation ? [plain(" by "), person(cancellation.slackUserId)] : [];
}
