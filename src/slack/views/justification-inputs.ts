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

/** Fields that are filled in when the form opens; absent ones are empty. */
export interface GivenAnswers {
  /** At most `LONGEST_REASON` characters. */
  readonly reason?: string;
  /** At most `LONGEST_TICKET` characters. */
  readonly ticket?: string;
  /** Slack ids of approvers to notify, at most `MOST_INVITED`. */
  readonly peopleAsked?: readonly string[];
}

/** Asks for a reason, a ticket and, if `needsApproval`, for approvers to notify. `hint` names the reason's readers. */
export function justificationInputs({
  hint,
  needsApproval,
  given = {},
}: {
  hint: string;
  needsApproval: boolean;
  given?: GivenAnswers;
}): KnownBlock[] {
  const { reason, ticket, peopleAsked } = given;
  return [
    {
      type: "input",
      block_id: JUSTIFICATION_BLOCKS.reason,
      label: { type: "plain_text", text: "Reason", emoji: false },
      hint: { type: "plain_text", text: hint, emoji: false },
      element: {
        ...{ type: "plain_text_input", action_id: VALUE, multiline: true, max_length: LONGEST_REASON },
        ...(reason ? { initial_value: reason } : {}),
      },
    },
    {
      type: "input",
      block_id: JUSTIFICATION_BLOCKS.ticket,
      optional: true,
      label: { type: "plain_text", text: "Ticket", emoji: false },
      element: {
        ...{ type: "plain_text_input", action_id: VALUE, max_length: LONGEST_TICKET },
        ...(ticket ? { initial_value: ticket } : {}),
      },
    },
    ...(needsApproval ? [peopleInput(peopleAsked ?? [])] : []),
  ];
}

function peopleInput(peopleAsked: readonly string[]): KnownBlock {
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
    element: {
      ...{ type: "multi_users_select", action_id: VALUE, max_selected_items: MOST_INVITED },
      ...(peopleAsked.length > 0 ? { initial_users: [...peopleAsked] } : {}),
    },
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
