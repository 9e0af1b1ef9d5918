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
import { bulkTitle, count, describeChange } from "../texts/change-texts.ts";
import { frozenFormLines } from "../texts/freeze-texts.ts";
import { bold, type Inline, lines, plain, richText, shortened } from "../texts/rich-text.ts";
import { bulkWarnings, warningBlocks } from "../texts/subject-warning-texts.ts";
import { describeApprovals, runLabel } from "./change-form-view.ts";
import { justificationInputs, legalHoldInput, readJustification } from "./justification-inputs.ts";
import type { ViewState } from "./view-state.ts";

const LEFT_OUT_WORDS: Readonly<Record<LeftOutBecause, string>> = {
  already: "already done",
  protected: "protected",
  oneself: "is your own account",
  forbidden: "forbidden by policy",
};

/** The form of a bulk; the results of the dry run stand above its fields. */
export function bulkFormView(
  draft: BulkDraft & { readonly reading: DryRun },
  { isFrozen }: { isFrozen: boolean },
): ModalView {
  const { id, kind, reading } = draft;
  const { approvalsNeeded } = reading;
  const waitsForNone = approvalsNeeded === 0;
  const isRuledOut = approvalsNeeded === null;
  const first = isRuledOut ? [[bold("Your policies don't allow this change.")]] : frozenFormLines(isFrozen);
  const blocks: KnownBlock[] = [
    richText(lines(...first, ...summaryLines(reading))),
    ...leftOutBlocks(linesLeftOut(reading), inFile(reading)),
  ];
  blocks.push(...warningBlocks("⚠️ Warnings", bulkWarnings(kind)));
  if (asksLegalHold(reading) && !isRuledOut)
    blocks.push(legalHoldInput("Legal hold unknown for some users", LEGAL));
  if (!isRuledOut)
    blocks.push(
      ...justificationInputs({
        hint: "Shown on the card and kept in the audit log.",
        needsApproval: !waitsForNone,
      }),
      richText(lines([plain(describeApprovals(approvalsNeeded, { isFrozen }))])),
    );
  const label = waitsForNone ? runLabel(kind, isFrozen) : "Request approval";
  return {
    type: "modal",
    callback_id: VIEW_IDS.bulkForm,
    private_metadata: id,
    title: { type: "plain_text", text: bulkTitle(kind), emoji: false },
    // Without fields Slack needs no button, and the submission would be refused.
    ...(isRuledOut ? {} : { submit: { type: "plain_text", text: label, emoji: false } }),
    close: { type: "plain_text", text: isRuledOut ? "Close" : "Cancel", emoji: false },
    blocks,
  };
}

const LEGAL = "I confirmed with Legal: no hold for the users marked in the preview";

export function readBulkForm(state: ViewState): BulkForm {
  return readJustification(state);
}

/** The results of the dry run in numbers. */
function summaryLines(reading: DryRun): Inline[][] {
  const { change, subjects, leftOut, ignoredIds = [] } = reading;
  const counts = Object.entries(LEFT_OUT_WORDS).flatMap(([because, words]) => {
    const lineCount = leftOut.filter((each) => each.because === because).length;
    return lineCount > 0 ? [`${lineCount} ${words}`] : [];
  });
  const unreadable = faultCount(reading);
  if (unreadable > 0) counts.push(`${unreadable} can't be used`);
  const skipped = leftOut.length + unreadable;
  const shown = reading.moreFaults ? "all but the last lines" : "every line";
  return [
    [bold(describeChange(change))],
    [
      bold(`${count(subjects.length, "user")} would change.`),
      ...(skipped > 0 ? [plain(` ${count(skipped, "line")} skipped (${counts.join(", ")}).`)] : []),
    ],
    ...roundedIdLines(ignoredIds),
    [plain(`Nothing changed yet. The preview file in your direct messages shows ${shown}.`)],
  ];
}

/** The ignored ids, so that the requester checks the usernames beside them. */
function roundedIdLines(ignored: NonNullable<DryRun["ignoredIds"]>): Inline[][] {
  if (ignored.length === 0) return [];
  const named = ignored.slice(0, 3).map(({ line, id }) => `${id} in line ${line}`);
  const rest = ignored.length - named.length;
  const where = `${named.join(", ")}${rest > 0 ? `, and ${rest} more` : ""}`;
  return [
    [
      plain(
        shortened(
          `A spreadsheet rounded these ids: ${where}. The usernames beside them are used instead.`,
          500,
        ),
      ),
    ],
  ];
}

function inFile({ moreFaults = 0 }: DryRun): string {
  return moreFaults > 0 ? " (the file lists all but the last lines)" : " (all are in the file)";
}
