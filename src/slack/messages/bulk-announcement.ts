import { isBulk, nameOf, outcomeOfRequest, type RequestView } from "../../change-requests/index.ts";
import { progressOf } from "../texts/bulk-progress.ts";
import { describeChange } from "../texts/change-texts.ts";
import { whatFollows } from "../texts/freeze-texts.ts";
import { repeatedInvitation } from "../texts/invitation-texts.ts";
import { type Message, shortMessage } from "../texts/message.ts";
import { bold, type Inline, person, plain } from "../texts/rich-text.ts";
import { withReason } from "./announcement.ts";

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
