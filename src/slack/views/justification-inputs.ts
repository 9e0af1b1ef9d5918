import type { KnownBlock } from "@slack/types";
import { LONGEST_REASON, LONGEST_TICKET, MOST_INVITED } from "../../change-requests/index.ts";
import type { ViewState } from "./view-state.ts";

/** Blocks by their field, the same in every form of a change. */
export const JUSTIFICATION_BLOCKS = {
  reason: "reason",
  ticket: "ticket",
  people_asked: "people_asked",
  legal_hold: "legal_hold",
} as const;

const VALUE = "value";

/** Asks for a reason, a ticket and, if `needsApproval`, for approvers to notify. `hint` names the reason's readers. */
export function justificationInputs({
  hint,
  needsApproval,
}: {
  hint: string;
  needsApproval: boolean;
}): KnownBlock[] {
  return [
    {
      type: "input",
      block_id: JUSTIFICATION_BLOCKS.reason,
      label: { type: "plain_text", text: "Reason", emoji: false },
      hint: { type: "plain_text", text: hint, emoji: false },
      element: { type: "plain_text_input", action_id: VALUE, multiline: true, max_length: LONGEST_REASON },
    },
    {
      type: "input",
      block_id: JUSTIFICATION_BLOCKS.ticket,
      optional: true,
      label: { type: "plain_text", text: "Ticket", emoji: false },
      element: { type: "plain_text_input", action_id: VALUE, max_length: LONGEST_TICKET },
    },
    ...(needsApproval ? [peopleInput()] : []),
  ];
}

function peopleInput(): KnownBlock {
  return {
    type: "input",
    block_id: JUSTIFICATION_BLOCKS.people_asked,
    optional: true,
    label: { type: "plain_text", text: "Notify approvers", emoji: false },
    hint: {
      type: "plain_text",
      text: `Notify up to ${MOST_INVITED} approvers. Your policies still decide who can approve.`,
      emoji: false,
    },
    element: { type: "multi_users_select", action_id: VALUE, max_selected_items: MOST_INVITED },
  };
}

/** Asks the requester to confirm with Legal, since the bot can't read legal holds. */
export function legalHoldInput(
  label: string,
  text = "I have confirmed with Legal that there is no hold",
): KnownBlock {
  return {
    type: "input",
    block_id: JUSTIFICATION_BLOCKS.legal_hold,
    label: { type: "plain_text", text: label, emoji: false },
    element: {
      type: "checkboxes",
      action_id: VALUE,
      options: [{ text: { type: "plain_text", text, emoji: false }, value: "confirmed" }],
    },
  };
}

export function readJustification(state: ViewState): {
  readonly reason: string;
  readonly ticket: string;
  readonly peopleAsked: readonly string[];
  readonly legalHoldConfirmed: boolean;
} {
  const field = (block: string) => state[block]?.[VALUE];
  return {
    reason: field(JUSTIFICATION_BLOCKS.reason)?.value ?? "",
    ticket: field(JUSTIFICATION_BLOCKS.ticket)?.value ?? "",
    peopleAsked: field(JUSTIFICATION_BLOCKS.people_asked)?.selected_users ?? [],
    legalHoldConfirmed: (field(JUSTIFICATION_BLOCKS.legal_hold)?.selected_options ?? []).length > 0,
  };
}
