import type { KnownBlock } from "@slack/types";
import {
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

/** How far a bulk is, from its targets alone. */
export interface BulkProgress {
  readonly total: number;
  readonly settled: number;
  /** Targets of each state that there is, in the order in which they are told. */
  readonly counts: readonly (readonly [TargetState, number])[];
  /** Users settled a minute, lately; `null` before two are. */
  readonly perMinute: number | null;
  /** Until all are settled at that rate; `null` where it isn't known. */
  readonly minutesLeft: number | null;
}

const TOLD: readonly TargetState[] = [
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
/** The rate is that of the last so many. */
const LATEST = 30;
const BAR_WIDTH = 20;

/** Counts the targets and finds their rate. */
export function progressOf(targets: readonly Pick<Target, "state" | "settledAt">[]): BulkProgress {
  const counts = TOLD.map((state) => [state, targets.filter((each) => each.state === state).length] as const);
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

/** A bar of blocks, full only when everything is settled. */
export function progressBar({ total, settled }: Pick<BulkProgress, "total" | "settled">): string {
  const filled = Math.floor((settled / total) * BAR_WIDTH);
  return `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} ${settled} of ${total}`;
}

/** The sentence that goes with a file for one person. */
export function fileComment(holds: FileContent): string {
  switch (holds.kind) {
    case "preview":
      return "What your bulk would do, line by line. Nothing was changed.";
    case "users":
      return `Whom ${nameOf(holds.request.id)} is about, in the order in which it would be carried out.`;
    case "outcomes_so_far":
      return `What has come of ${nameOf(holds.request.id)} so far, user by user.`;
    case "outcomes":
      return `${nameOf(holds.request.id)} is over. This is what came of it, user by user.`;
  }
}

/** The lines of a list that need attention; `inFile` says what stands in the file, if there is one. */
export function leftOutBlocks({ first, more }: LinesLeftOut, inFile = ""): KnownBlock[] {
  if (first.length === 0) return [];
  return [
    richText(lines([bold("⚠️ Left out")]), [
      ...first.map((each) => bullet(plain(shortened(`Line ${each.line}: ${lineLeftOutText(each)}`, 200)))),
      ...(more > 0 ? [bullet(plain(`… and ${more} more${inFile}.`))] : []),
    ]),
  ];
}

/** The text of a line and why it is left out. */
export function lineLeftOutText({ text, why }: LineLeftOut): string {
  const reason = typeof why === "object" && "because" in why ? leftOutText(why) : why && lineFaultText(why);
  return [text, reason].filter(Boolean).join(": ");
}

/** Why a subject that was found is left out. */
export function leftOutText(cause: LeftOutCause): string {
  return cause.because === "forbidden" ? cause.why : (cause.why ?? LEFT_OUT[cause.because]);
}

const LEFT_OUT: Readonly<Record<Exclude<LeftOutBecause, "forbidden">, string>> = {
  already: "Is so already.",
  oneself: "Is the requester's own account.",
  protected: "Is protected; make a request of its own for them.",
};
