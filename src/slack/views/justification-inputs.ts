import type { KnownBlock } from "@slack/types";
import { LONGEST_REASON, LONGEST_TICKET, MOST_INVITED } from "../../change-requests/index.ts";
import type { ViewState } from "./view-state.ts";

/** Blocks by the field that they ask for, the same in every form that asks for a change. */
export const JUSTIFICATION_BLOCKS = {
  reason: "reason",
  ticket: "ticket",
  people_asked: "people_asked",
  legal_hold: "legal_hold",
} as const;

const VALUE = "value";

/**
 * Asks why, by which ticket and, where the change waits for approvals, whom to ask for one. `hint` says who will
 * read the reason.
 */
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
    label: { type: "plain_text", text: "Ask", emoji: false },
    hint: {
      type: "plain_text",
      text: `Up to ${MOST_INVITED} people who are told that you wish for their approval. Who may approve, the policies decide.`,
      emoji: false,
    },
    element: { type: "multi_users_select", action_id: VALUE, max_selected_items: MOST_INVITED },
  };
}

/** Asks whoever deactivates without knowing of legal holds whether they have asked. */
export function legalHoldInput(label: string): KnownBlock {
  const text = "I have confirmed with Legal that there is no hold";
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

/** What was filled in of these. */
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
