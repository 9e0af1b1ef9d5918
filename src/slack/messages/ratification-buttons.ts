import type { Button } from "@slack/types";
import { awaitedRatification, type ChangeRequest, nameOf, onlyTarget } from "../../change-requests/index.ts";
import { quotedUsername } from "../../kernel/quoted-name.ts";
import { ACTION_IDS } from "../ids/registrations.ts";
import { shortened } from "../texts/shortened.ts";

/** The buttons of an emergency that is to be ratified; none elsewhere. */
export function ratificationButtons(request: ChangeRequest): Button[] {
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
    confirm: {
      title: { type: "plain_text", text: `Ratify ${name}?`, emoji: false },
      text: {
        type: "plain_text",
        text: shortened(
          `You confirm that deactivating ${quotedUsername(username)} without approval was right.`,
          300,
        ),
        emoji: false,
      },
      confirm: { type: "plain_text", text: "Ratify", emoji: false },
      deny: { type: "plain_text", text: "Back", emoji: false },
    },
  };
}

/** Its confirmation is the form that asks for a reason. */
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
