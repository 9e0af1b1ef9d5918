import type { Button } from "@slack/types";
import { type Grant, nameOf } from "../../change-requests/index.ts";
import { quotedUsername } from "../../kernel/quoted-name.ts";
import { ACTION_IDS } from "../ids/registrations.ts";
import { rolesIn } from "../texts/change-texts.ts";
import { shortened } from "../texts/rich-text.ts";

/** The buttons of a request that gives roles for a limited time; none once these are over or on their way out. */
export function grantButtons(grants: readonly Grant[], { isFrozen }: { isFrozen: boolean }): Button[] {
  const active = grants.filter(({ state }) => state === "active");
  const [first] = active;
  return first ? [extendButton(first), revokeButton(first, active, isFrozen)] : [];
}

/** Its confirmation is the form, which asks for an approval of its own. */
function extendButton({ requestId }: Grant): Button {
  return {
    type: "button",
    action_id: ACTION_IDS.extend,
    text: { type: "plain_text", text: "Extend…", emoji: false },
    accessibility_label: shortened(`Ask for more time than ${nameOf(requestId)} gives`, 75),
    value: String(requestId),
  };
}

function revokeButton({ requestId, username }: Grant, active: readonly Grant[], isFrozen: boolean): Button {
  const name = nameOf(requestId);
  const roles = rolesIn(active.map(({ role }) => role));
  // While changes are frozen, a click ends the time, and takes nothing away.
  const label = isFrozen ? "Revoke when unfrozen" : "Revoke now";
  const when = isFrozen
    ? "All changes are frozen: this takes effect when they are unfrozen, not at the end of the time."
    : "This takes effect at once, and not only at the end.";
  return {
    type: "button",
    action_id: ACTION_IDS.revokeNow,
    style: "danger",
    text: { type: "plain_text", text: label, emoji: false },
    accessibility_label: shortened(`${label}: what ${name} gave`, 75),
    value: String(requestId),
    confirm: {
      title: {
        type: "plain_text",
        text: shortened(isFrozen ? `Revoke ${name}?` : `Revoke ${name} now?`, 100),
        emoji: false,
      },
      text: {
        type: "plain_text",
        text: shortened(`${when} ${quotedUsername(username)} loses ${roles}.`, 300),
        emoji: false,
      },
      confirm: { type: "plain_text", text: isFrozen ? "Revoke" : "Revoke now", emoji: false },
      deny: { type: "plain_text", text: "Back", emoji: false },
    },
  };
}
