import type { KnownBlock } from "@slack/types";
import {
  type ChangeRequest,
  type FileContent,
  type LeftOutBecause,
  type LeftOutCause,
  type LineLeftOut,
  type LinesLeftOut,
  nameOf,
  type Target,
  type TargetState,
} from "../../change-requests/index.ts";
import { lineFaultText } from "./line-faults.ts";
import { bold, bullet, lines, plain, richText, shortened } from "./rich-text.ts";

/** The progress of a bulk, from its targets alone. */
export interface BulkProgress {
  readonly total: number;
  readonly settled: number;
  /** The number of targets in each state, without empty states, in the order of `STATE_ORDER`. */
  readonly counts: readonly (readonly [TargetState, number])[];
  /** The latest rate; `null` until two users are settled. */
  readonly perMinute: number | null;
  /** At that rate; `null` if the rate is unknown. */
  readonly minutesLeft: number | null;
}

const STATE_ORDER: readonly TargetState[] = [
  "verified",
  "already",
  "refused",
  "failed",
  "unknown",
  "stale",
  "skipped",
  "executing",
  "waiting",
];
/** The state of a target in words. */
export const OUTCOME_WORDS: Readonly<Record<TargetState, string>> = {
  verified: "done and verified",
  already: "needed no change",
  refused: "refused by Incydr",
  failed: "failed",
  unknown: "outcome unknown",
  stale: "not changed, out of date",
  skipped: "skipped",
  executing: "in progress",
  waiting: "waiting",
};

/** Whether a finished bulk wrote for no user. */
export function isNotExecuted({ targets }: Pick<ChangeRequest, "targets">): boolean {
  return targets.every(({ state }) => state === "skipped" || state === "stale");
}

/** The number of latest users from which the rate is taken. */
const LATEST = 30;
const BAR_WIDTH = 20;

/** Counts the targets and finds their rate. */
export function progressOf(targets: readonly Pick<Target, "state" | "settledAt">[]): BulkProgress {
  const counts = STATE_ORDER.map(
    (state) => [state, targets.filter((each) => each.state === state).length] as const,
  );
  const total = targets.length;
  const settled = targets.filter(({ state }) => state !== "waiting" && state !== "executing").length;
  const times = targets
    .flatMap(({ settledAt }) => (settledAt ? [settledAt.getTime()] : []))
    .sort((a, b) => a - b)
    .slice(-LATEST);
  const [first = 0] = times;
  const tookMs = (times.at(-1) ?? 0) - first;
  const perMinute = times.length > 1 && tookMs > 0 ? ((times.length - 1) / tookMs) * 60_000 : null;
  const minutesLeft = perMinute && settled < total ? (total - settled) / perMinute : null;
  return { total, settled, counts: counts.filter(([, count]) => count > 0), perMinute, minutesLeft };
}

/** A bar of blocks, full only if every user is settled. */
export function progressBar({ total, settled }: Pick<BulkProgress, "total" | "settled">): string {
  const filled = Math.floor((settled / total) * BAR_WIDTH);
  return `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} ${settled} of ${total}`;
}

/** The sentence that goes with a file for one person. */
export function fileComment(holds: FileContent): string {
  switch (holds.kind) {
    case "preview":
      return "Preview (nothing changed yet)";
    case "users":
      return `Users in ${nameOf(holds.request.id)}, in the order of execution.`;
    case "outcomes_so_far":
      return `${nameOf(holds.request.id)} is still running. Results so far per user attached.`;
    case "outcomes":
      return `${nameOf(holds.request.id)} finished. Results per user attached.`;
  }
}

/** The skipped lines of a list; `inFile` says which of them the file has. */
export function leftOutBlocks({ first, more }: LinesLeftOut, inFile = ""): KnownBlock[] {
  if (first.length === 0) return [];
  return [
    richText(lines([bold("⚠️ Skipped")]), [
      ...first.map((each) => bullet(plain(shortened(`Line ${each.line}: ${lineLeftOutText(each)}`, 200)))),
      ...(more > 0 ? [bullet(plain(`… and ${more} more${inFile}.`))] : []),
    ]),
  ];
}

/** The text of a skipped line, and why it is skipped. */
export function lineLeftOutText({ text, why }: LineLeftOut): string {
  const reason = typeof why === "object" && "because" in why ? leftOutText(why) : why && lineFaultText(why);
  return [text, reason].filter(Boolean).join(": ");
}

/** Why a known subject is skipped. */
export function leftOutText(cause: LeftOutCause): string {
  return cause.because === "forbidden" ? cause.why : (cause.why ?? LEFT_OUT[cause.because]);
}

const LEFT_OUT: Readonly<Record<Exclude<LeftOutBecause, "forbidden">, string>> = {
  already: "No change needed.",
  oneself: "Your own account.",
  protected: "Protected user. Make a separate request.",
};
