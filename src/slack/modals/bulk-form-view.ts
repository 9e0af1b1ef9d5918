import type { KnownBlock, ModalView } from "@slack/types";
import {
  asksLegalHold,
  type BulkDraft,
  type BulkForm,
  type BulkReading,
  type LeftOutBecause,
} from "../../change-requests/index.ts";
import { describeChange } from "../messages/change-texts.ts";
import { bold, bullet, type Inline, lines, plain, richText } from "../messages/rich-text.ts";
import { shortened } from "../messages/shortened.ts";
import { VIEW_IDS } from "../registrations.ts";
import { bulkTitle } from "./bulk-input-view.ts";
import { FIELD_BLOCKS } from "./change-form-view.ts";
import type { ViewState } from "./view-state.ts";

const VALUE = "value";
/** Lines that the form has room for; the file has them all. */
const MOST_LINES = 20;

const LEFT_OUT_WORDS: Readonly<Record<LeftOutBecause, string>> = {
  already: "already so",
  protected: "protected and left out",
  oneself: "yourself, left out",
  forbidden: "forbidden by the policy, left out",
};

/** The form of a bulk, with what the dry run found above its fields. */
export function bulkFormView(draft: BulkDraft & { readonly reading: BulkReading }): ModalView {
  const { id, kind, reading } = draft;
  const blocks: KnownBlock[] = [richText(lines(...summaryLines(reading))), ...lineList(reading)];
  if (asksLegalHold(reading)) blocks.push(legalHoldInput());
  blocks.push(
    {
      type: "input",
      block_id: FIELD_BLOCKS.reason,
      label: { type: "plain_text", text: "Reason", emoji: false },
      hint: { type: "plain_text", text: "Shown to the approvers and kept in the audit log.", emoji: false },
      element: { type: "plain_text_input", action_id: VALUE, multiline: true, max_length: 1000 },
    },
    {
      type: "input",
      block_id: FIELD_BLOCKS.ticket,
      optional: true,
      label: { type: "plain_text", text: "Ticket", emoji: false },
      element: { type: "plain_text_input", action_id: VALUE, max_length: 100 },
    },
    richText(lines([plain(approvalsSentence(reading))])),
  );
  return {
    type: "modal",
    callback_id: VIEW_IDS.bulkForm,
    private_metadata: id,
    title: { type: "plain_text", text: bulkTitle(kind), emoji: false },
    submit: { type: "plain_text", text: "Ask for approval", emoji: false },
    close: { type: "plain_text", text: "Back out", emoji: false },
    blocks,
  };
}

/** What was filled in. */
export function readBulkForm(state: ViewState): BulkForm {
  const field = (block: string) => state[block]?.[VALUE];
  return {
    reason: field(FIELD_BLOCKS.reason)?.value ?? "",
    ticket: field(FIELD_BLOCKS.ticket)?.value ?? "",
    legalHoldConfirmed: (field(FIELD_BLOCKS.legal_hold)?.selected_options ?? []).length > 0,
  };
}

/** What was found, in numbers. */
function summaryLines({ change, subjects, leftOut, faults }: BulkReading): Inline[][] {
  const counts = Object.entries(LEFT_OUT_WORDS).flatMap(([because, words]) => {
    const count = leftOut.filter((each) => each.because === because).length;
    return count > 0 ? [`${count} ${words}`] : [];
  });
  if (faults.length > 0) counts.push(`${faults.length} ${faults.length === 1 ? "line" : "lines"} not used`);
  const users = `${subjects.length} ${subjects.length === 1 ? "user" : "users"} would change`;
  return [
    [bold(describeChange(change))],
    [bold(users), plain(counts.length > 0 ? `; ${counts.join(", ")}.` : ".")],
    [plain("Nothing was changed yet. What would happen to each is in the file that I sent you directly.")],
  ];
}

/** The lines that need somebody's eye. */
export function lineList({ leftOut, faults }: Pick<BulkReading, "leftOut" | "faults">): KnownBlock[] {
  const said = [
    ...faults.map(({ line, text, fault }) => ({ line, text: text ? `${text}: ${fault}` : fault })),
    ...leftOut
      .filter(({ because }) => because !== "already")
      .map(({ line, username, why }) => ({ line, text: `${username}: ${why}` })),
  ].sort((a, b) => a.line - b.line);
  if (said.length === 0) return [];
  const rest = said.length - MOST_LINES;
  return [
    richText(lines([bold("⚠️ Left out")]), [
      ...said
        .slice(0, MOST_LINES)
        .map(({ line, text }) => bullet(plain(shortened(`Line ${line}: ${text}`, 200)))),
      ...(rest > 0 ? [bullet(plain(`… and ${rest} more; the file has them all.`))] : []),
    ]),
  ];
}

function approvalsSentence({ approvalsNeeded }: BulkReading): string {
  if (approvalsNeeded === null) return "The policy rules this change out.";
  const approvals = `${approvalsNeeded} approval${approvalsNeeded === 1 ? "" : "s"}`;
  return `Nothing changes before ${approvals} by somebody else.`;
}

function legalHoldInput(): KnownBlock {
  const text = "I have confirmed with Legal that there is no hold";
  return {
    type: "input",
    block_id: FIELD_BLOCKS.legal_hold,
    label: { type: "plain_text", text: "Legal hold could not be read of some", emoji: false },
    element: {
      type: "checkboxes",
      action_id: VALUE,
      options: [{ text: { type: "plain_text", text, emoji: false }, value: "confirmed" }],
    },
  };
}
