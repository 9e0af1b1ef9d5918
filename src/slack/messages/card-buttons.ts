import type { ActionsBlock, Button } from "@slack/types";
import {
  awaitedRatification,
  type ChangeRequest,
  isBulk,
  isCancellable,
  nameOf,
  onlyTarget,
  type RequestView,
  SHOWN_SNAPSHOT_LENGTH,
} from "../../change-requests/index.ts";
import { quotedUsername } from "../../kernel/quoted-name.ts";
import { ACTION_IDS } from "../ids/registrations.ts";
import { CHANGE_TITLES, shortInstruction, targetWords } from "../texts/change-texts.ts";
import { shortened } from "../texts/rich-text.ts";
import { confirmation, grantButtons, LONGEST_QUESTION } from "./grant-buttons.ts";

/** The block id of a card's buttons begins with this; the hash of the shown facts follows. */
export const DECISION_BLOCK_PREFIX = "decision:";

/** The buttons by which only others than the requester decide. */
const FOR_OTHERS: ReadonlySet<string | undefined> = new Set([
  ACTION_IDS.approve,
  ACTION_IDS.deny,
  ACTION_IDS.ratify,
  ACTION_IDS.dispute,
]);

/**
 * The card's buttons for one reader: the requester gets none that only others may press.
 * @param options.canApprove whether the reader could approve a pending request. Denials have rules of their own.
 */
export function buttonsFor(
  slackUserId: string,
  view: RequestView,
  { canApprove }: { canApprove: boolean },
): ActionsBlock | null {
  const buttons = cardButtons(view);
  if (!buttons) return null;
  const isOwn = view.request.requester.slackUserId === slackUserId;
  const isLeftOut = (id: string | undefined) =>
    isOwn ? FOR_OTHERS.has(id) : id === ACTION_IDS.approve && !canApprove;
  const elements = buttons.elements.filter(({ action_id }) => !isLeftOut(action_id));
  return elements.length === 0 ? null : { ...buttons, elements };
}

/** The buttons of a request's card; `null` if it has none. */
export function cardButtons(view: RequestView): ActionsBlock | null {
  const { request, grants, standing, isFrozen } = view;
  const { state, snapshotHash } = request;
  const elements: Button[] = [];
  if (state === "pending") elements.push(approveButton(view), denyButton(request));
  // A renewal reads the facts of one user again.
  if (state === "stale" && !isBulk(request)) elements.push(renewButton(request));
  elements.push(...ratificationButtons(request));
  elements.push(...grantButtons(grants, { isFrozen }));
  if (isCancellable(state)) elements.push(cancelButton(request));
  if (standing.canBeUndone) elements.push(undoButton(request));
  if (state === "executing" && isBulk(request) && !request.stopped) elements.push(...controlButtons(request));
  if (isBulk(request)) elements.push(listButton(request));
  if (elements.length === 0) return null;
  const shown = snapshotHash.slice(0, SHOWN_SNAPSHOT_LENGTH);
  return { type: "actions", block_id: `${DECISION_BLOCK_PREFIX}${shown}`, elements };
}

function approveButton({ request, isFrozen }: RequestView): Button {
  const { id, change } = request;
  const then = isFrozen
    ? "All changes are frozen. If yours is the last approval needed, it runs when changes are unfrozen."
    : "If yours is the last approval needed, it runs at once.";
  const effect = `${then} You approve: `;
  const whom = targetWords(request);
  const name = nameOf(id);
  return {
    type: "button",
    action_id: ACTION_IDS.approve,
    style: "primary",
    text: { type: "plain_text", text: "Approve", emoji: false },
    accessibility_label: shortened(`Approve ${name}: ${CHANGE_TITLES[change.kind]} ${whom}`, 75),
    value: String(id),
    confirm: confirmation({
      title: `Approve ${name}?`,
      // The effect comes first, since a long name may be cut.
      text: `${effect}${shortInstruction(change, whom, LONGEST_QUESTION - effect.length - 1)}.`,
      confirm: "Approve",
    }),
  };
}

/** Opens a form that asks for a reason. */
function denyButton({ id }: ChangeRequest): Button {
  return {
    type: "button",
    action_id: ACTION_IDS.deny,
    style: "danger",
    text: { type: "plain_text", text: "Deny", emoji: false },
    accessibility_label: shortened(`Deny ${nameOf(id)}`, 75),
    value: String(id),
  };
}

function renewButton({ id }: ChangeRequest): Button {
  return {
    type: "button",
    action_id: ACTION_IDS.renew,
    style: "primary",
    text: { type: "plain_text", text: "Renew", emoji: false },
    accessibility_label: shortened(`Renew ${nameOf(id)} with the user's current state`, 75),
    value: String(id),
  };
}

/** Opens a form that shows the effect. */
function undoButton({ id }: ChangeRequest): Button {
  return {
    type: "button",
    action_id: ACTION_IDS.undo,
    text: { type: "plain_text", text: "Undo…", emoji: false },
    accessibility_label: shortened(`Undo ${nameOf(id)}`, 75),
    value: String(id),
  };
}

function cancelButton({ id }: ChangeRequest): Button {
  const name = nameOf(id);
  return {
    type: "button",
    action_id: ACTION_IDS.cancel,
    text: { type: "plain_text", text: "Cancel request", emoji: false },
    accessibility_label: shortened(`Cancel ${name}`, 75),
    value: String(id),
    confirm: confirmation({
      title: `Cancel ${name}?`,
      text: "The request ends and nothing is changed.",
      confirm: "Cancel request",
    }),
  };
}

/** The buttons of a bulk in progress. */
function controlButtons({ id, paused }: ChangeRequest): Button[] {
  const name = nameOf(id);
  const control = (action_id: string, text: string): Button => ({
    type: "button",
    action_id,
    text: { type: "plain_text", text, emoji: false },
    accessibility_label: shortened(`${text} ${name}`, 75),
    value: String(id),
  });
  const stop = confirmation({
    title: `Stop ${name}?`,
    text: "Users who are still waiting are not changed. Changes already made stay.",
    confirm: "Stop",
  });
  return [
    paused ? control(ACTION_IDS.resume, "Resume") : control(ACTION_IDS.pause, "Pause"),
    { ...control(ACTION_IDS.stop, "Stop"), style: "danger", confirm: stop },
  ];
}

/** The card names no subject; the list goes only to a person who may see it. */
function listButton({ id }: ChangeRequest): Button {
  return {
    type: "button",
    action_id: ACTION_IDS.list,
    text: { type: "plain_text", text: "List users", emoji: false },
    accessibility_label: shortened(`Get the users of ${nameOf(id)} by direct message`, 75),
    value: String(id),
  };
}

/** The buttons of an emergency that awaits ratification; none on other cards. */
function ratificationButtons(request: ChangeRequest): Button[] {
  return awaitedRatification(request) ? [ratifyButton(request), disputeButton(request)] : [];
}

function ratifyButton(request: ChangeRequest): Button {
  const name = nameOf(request.id);
  const { username } = onlyTarget(request);
  return {
    type: "button",
    action_id: ACTION_IDS.ratify,
    style: "primary",
    text: { type: "plain_text", text: "Ratify", emoji: false },
    accessibility_label: shortened(`Ratify the emergency ${name}`, 75),
    value: String(request.id),
    confirm: confirmation({
      title: `Ratify ${name}?`,
      text: `You confirm that it was right to try to deactivate ${quotedUsername(username)} without approval.`,
      confirm: "Ratify",
    }),
  };
}

/** Opens a form that asks for a reason. */
function disputeButton({ id }: ChangeRequest): Button {
  return {
    type: "button",
    action_id: ACTION_IDS.dispute,
    style: "danger",
    text: { type: "plain_text", text: "Dispute…", emoji: false },
    accessibility_label: shortened(`Dispute the emergency ${nameOf(id)}`, 75),
    value: String(id),
  };
}
