import {
  type Change,
  type ChangeRequest,
  type LaterChange,
  onlyTarget,
  type RequestView,
} from "../../change-requests/index.ts";
import { quotedName, quotedUsername } from "../../kernel/quoted-name.ts";
import { describeEffect, nameOfOther, rolesIn } from "./change-texts.ts";
import { bold, type Inline, moment, plain } from "./rich-text.ts";

/** Incydr's state once the change was in effect, where it may show it no longer. */
function describePastEffect(change: Change, subject: string): string {
  const username = quotedUsername(subject);
  switch (change.kind) {
    case "deactivate":
      return `${username} was deactivated`;
    case "activate":
      return `${username} was active`;
    case "move":
      return `${username} was in the organization ${quotedName(change.org.name)}`;
    case "add_roles":
      return `${username} held ${rolesIn(change.roles)}`;
    case "remove_roles":
      return `${username} no longer held ${rolesIn(change.roles)}`;
    case "replace_roles":
      return `${username} held exactly ${rolesIn(change.roles)}`;
  }
}

/** Whether a role that a request gave for a limited time is over, or being taken away. */
export function isEnding({ grants }: Pick<RequestView, "grants">): boolean {
  return grants.some(({ state }) => state !== "active");
}

/** Whether the effect of a finished request is a thing of the past, or may be. */
function isPast(view: Pick<RequestView, "grants" | "standing">): boolean {
  return view.standing.reversedBy !== null || isEnding(view);
}

/** The first lines of a card whose change was reversed since; none where it was not. */
export function reversalLines(view: RequestView): Inline[][] {
  const { request, standing } = view;
  const { reversedBy } = standing;
  // Its own temporary roles are told of by their own lines.
  if (!reversedBy || (reversedBy.kind === "grant_ended" && reversedBy.requestId === request.id)) return [];
  return [
    [
      bold(reversalHeadline(view, reversedBy)),
      plain(`${shownThen(request, reversedBy)} `),
      moment(reversedBy.at),
    ],
  ];
}

function reversalHeadline(view: RequestView, later: LaterChange): string {
  const { id } = view.request;
  const by = nameOfOther(later.requestId, view);
  // Somebody else changed it: that request found the subject so, and wrote nothing.
  if (later.kind === "change" && later.target.state === "already") return `↪️ Changed since, as ${by} found. `;
  const isUndo = later.kind === "change" && later.undoes === id;
  return isUndo ? `↩️ Undone by ${by}. ` : `↪️ Changed since by ${by}. `;
}

function shownThen(request: ChangeRequest, later: LaterChange): string {
  const { username } = onlyTarget(request);
  if (later.kind === "grant_ended")
    return `A temporary role ended: Incydr showed that ${quotedUsername(username)} no longer held ${rolesIn([later.role])}.`;
  if (later.target.state === "failed") return "It changed a part of the roles.";
  return `Incydr showed that ${describePastEffect(later.change, username)}.`;
}

/** Incydr's state after a change that took effect, as far as it is still true. */
export function shownEffect(view: RequestView): string {
  const { change } = view.request;
  const { username } = onlyTarget(view.request);
  return isPast(view)
    ? `Incydr was read again and showed it then: ${describePastEffect(change, username)}.`
    : `Incydr was read again and shows it: ${describeEffect(change, username)}.`;
}

/** The same of a change that was in effect before it was carried out. */
export function effectBefore(view: RequestView): string {
  const { change } = view.request;
  const { username } = onlyTarget(view.request);
  return `Nothing had to be changed: ${isPast(view) ? describePastEffect(change, username) : describeEffect(change, username)}.`;
}
