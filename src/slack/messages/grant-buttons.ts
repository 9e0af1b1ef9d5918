import type { Button } from "@slack/types";
import { type Grant, nameOf } from "../../change-requests/index.ts";
import { quotedUsername } from "../../kernel/quoted-name.ts";
import { ACTION_IDS } from "../ids/registrations.ts";
import { rolesIn } from "../texts/change-texts.ts";
import { shortened } from "../texts/rich-text.ts";

/** The part of a grant that its buttons show. */
type ButtonGrant = Pick<Grant, "requestId" | "username" | "role" | "state">;

/** The buttons of a request with active temporary roles; none for other requests. */
export function grantButtons(grants: readonly ButtonGrant[], { isFrozen }: { isFrozen: boolean }): Button[] {
  const active = grants.filter(({ state }) => state === "active");
  const [first] = active;
  return first ? [extendButton(first), revokeButton(first, active, isFrozen)] : [];
}

/** Opens the form of a new request. */
function extendButton({ requestId }: ButtonGrant): Button {
  return {
    type: "button",
    action_id: ACTION_IDS.extend,
    text: { type: "plain_text", text: "Extend…", emoji: false },
    accessibility_label: shortened(`Request more time for the roles of ${nameOf(requestId)}`, 75),
    value: String(requestId),
  };
}

function revokeButton(
  { requestId, username }: ButtonGrant,
  active: readonly ButtonGrant[],
  isFrozen: boolean,
): Button {
  const name = nameOf(requestId);
  const roles = rolesIn(active.map(({ role }) => role));
  // While changes are frozen, a click ends the time but removes nothing.
  const label = isFrozen ? "Revoke when unfrozen" : "Revoke now";
  const when = isFrozen
    ? "All changes are frozen. The roles are removed when changes are unfrozen, not only at the planned end."
    : "The roles are removed at once, not only at the planned end.";
  return {
    type: "button",
    action_id: ACTION_IDS.revokeNow,
    style: "danger",
    text: { type: "plain_text", text: label, emoji: false },
    accessibility_label: shortened(`${label}: the roles of ${name}`, 75),
    value: String(requestId),
    confirm: confirmation({
      title: `Revoke the roles of ${name}${isFrozen ? "" : " now"}?`,
      text: `${when} ${quotedUsername(username)} loses ${roles}.`,
      confirm: isFrozen ? "Revoke" : "Revoke now",
    }),
  };
}

/** Characters of the question before a click takes effect. */
export const LONGEST_QUESTION = 300;

/** The question before a click takes effect. */
export function confirmation(texts: {
  title: string;
  text: string;
  confirm: string;
}): NonNullable<Button["confirm"]> {
  return {
    title: { type: "plain_text", text: shortened(texts.title, 100), emoji: false },
    text: { type: "plain_text", text: shortened(texts.text, LONGEST_QUESTION), emoji: false },
    confirm: { type: "plain_text", text: shortened(texts.confirm, 30), emoji: false },
    deny: { type: "plain_text", text: "Back", emoji: false },
  };
}
