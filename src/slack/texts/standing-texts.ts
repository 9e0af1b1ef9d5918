import {
  type ChangeRequest,
  type LaterChange,
  onlyTarget,
  type RequestView,
} from "../../change-requests/index.ts";
import { quotedUsername } from "../../kernel/quoted-name.ts";
import { describeEffect, nameOfOther, rolesIn } from "./change-texts.ts";
import { bold, type Inline, moment, plain } from "./rich-text.ts";

/** Whether a temporary role of the request is over, or being removed. */
export function isEnding({ grants }: Pick<RequestView, "grants">): boolean {
  return grants.some(({ state }) => state !== "active");
}

/** Whether the effect of a finished request is over, or may be. */
function isPast(view: Pick<RequestView, "grants" | "standing">): boolean {
  return view.standing.reversedBy !== null || isEnding(view);
}

/** The first line of a card whose change was reversed since; none for other requests. */
export function reversalLines(view: RequestView): Inline[][] {
  const { request, standing } = view;
  const { reversedBy } = standing;
  // Other lines of the card tell the end of the request's own temporary roles.
  if (!reversedBy || (reversedBy.kind === "grant_ended" && reversedBy.requestId === request.id)) return [];
  return [
    [
      bold(reversalHeadline(view, reversedBy)),
      plain(" on "),
      moment(reversedBy.at),
      plain(`. ${shownThen(request, reversedBy)}`),
    ],
  ];
}

function reversalHeadline(view: RequestView, later: LaterChange): string {
  const { id } = view.request;
  const by = nameOfOther(later.requestId, view);
  // That request wrote nothing: it found the subject changed by other means.
  if (later.kind === "change" && later.target.state === "already") return `↪️ Changed later, found by ${by}`;
  const isUndo = later.kind === "change" && later.undoes === id;
  return `${isUndo ? "↩️ Undone" : "↪️ Changed later"} by ${by}`;
}

function shownThen(request: ChangeRequest, later: LaterChange): string {
  const { username } = onlyTarget(request);
  if (later.kind === "grant_ended")
    return `A temporary role ended. Verified at that time: ${quotedUsername(username)} no longer had ${rolesIn([later.role])}.`;
  if (later.target.state === "failed") return "Some of the roles were changed.";
  return `Verified at that time: ${describeEffect(later.change, username, "past")}.`;
}

/** The effect of a verified change, in the past if it may be over. */
export function verifiedEffect(view: RequestView): string {
  const { username } = onlyTarget(view.request);
  const effect = describeEffect(view.request.change, username, isPast(view) ? "past" : "now");
  return isPast(view) ? `${effect} at that time.` : `${effect}.`;
}

/** The effect of a change that was in effect before its execution. */
export function effectBefore({ request }: RequestView): string {
  return `${describeEffect(request.change, onlyTarget(request).username, "already")}.`;
}
