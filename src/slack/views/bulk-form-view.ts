import type { KnownBlock, ModalView } from "@slack/types";
import {
  asksLegalHold,
  type BulkDraft,
  type BulkForm,
  type DryRun,
  faultCount,
  type LeftOutBecause,
  linesLeftOut,
} from "../../change-requests/index.ts";
import { VIEW_IDS } from "../ids/registrations.ts";
import { leftOutBlocks } from "../texts/bulk-texts.ts";
import { bulkTitle, describeChange } from "../texts/change-texts.ts";
import { frozenFormLines } from "../texts/freeze-texts.ts";
import { bold, type Inline, lines, plain, richText, shortened } from "../texts/rich-text.ts";
import { describeApprovals } from "./change-form-view.ts";
import { justificationInputs, legalHoldInput, readJustification } from "./justification-inputs.ts";
import type { ViewState } from "./view-state.ts";

const LEFT_OUT_WORDS: Readonly<Record<LeftOutBecause, string>> = {
  already: "already so",
  protected: "protected and left out",
  oneself: "yourself, left out",
  forbidden: "forbidden by the policy, left out",
};

/** The form of a bulk, with what the dry run found above its fields. */
export function bulkFormView(
  draft: BulkDraft & { readonly reading: DryRun },
  { isFrozen }: { isFrozen: boolean },
): ModalView {
  const { id, kind, reading } = draft;
  const blocks: KnownBlock[] = [
    richText(lines(...frozenFormLines(isFrozen), ...summaryLines(reading))),
    ...leftOutBlocks(linesLeftOut(reading), inFile(reading)),
  ];
  if (asksLegalHold(reading)) blocks.push(legalHoldInput("Legal hold could not be read of some"));
  blocks.push(
    ...justificationInputs({
      hint: "Shown to the approvers and kept in the audit log.",
      needsApproval: reading.approvalsNeeded !== 0,
    }),
    richText(lines([plain(approvalsSentence(reading, isFrozen))])),
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
  return readJustification(state);
}

/** What was found, in numbers. */
function summaryLines(reading: DryRun): Inline[][] {
  const { change, subjects, leftOut, ignoredIds = [] } = reading;
  const counts = Object.entries(LEFT_OUT_WORDS).flatMap(([because, words]) => {
    const count = leftOut.filter((each) => each.because === because).length;
    return count > 0 ? [`${count} ${words}`] : [];
  });
  const unused = faultCount(reading);
  if (unused > 0) counts.push(`${unused} ${unused === 1 ? "line" : "lines"} not used`);
  const users = `${subjects.length} ${subjects.length === 1 ? "user" : "users"} would change`;
  return [
    [bold(describeChange(change))],
    [bold(users), plain(counts.length > 0 ? `; ${counts.join(", ")}.` : ".")],
    ...roundedIdLines(ignoredIds),
    [plain("Nothing was changed yet. What would happen to each is in the file that I sent you directly.")],
  ];
}

/** Ids that were not used, so that the reader compares the usernames beside them. */
function roundedIdLines(ignored: NonNullable<DryRun["ignoredIds"]>): Inline[][] {
  if (ignored.length === 0) return [];
  const named = ignored.slice(0, 3).map(({ line, id }) => `${id} in line ${line}`);
  const rest = ignored.length - named.length;
  const where = `${named.join(", ")}${rest > 0 ? `, and ${rest} more` : ""}`;
  return [
    [
      plain(
        shortened(`A spreadsheet has rounded these ids: ${where}. The usernames beside them count.`, 500),
      ),
    ],
  ];
}

function inFile({ moreFaults = 0 }: DryRun): string {
  return moreFaults > 0 ? "; the file names all but the last lines" : "; the file has them all";
}

function approvalsSentence({ approvalsNeeded }: DryRun, isFrozen: boolean): string {
  if (approvalsNeeded === null) return "The policy rules this change out.";
  return describeApprovals(approvalsNeeded, { isFrozen });
}
