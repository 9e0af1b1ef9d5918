import {
  addsPrivileged,
  type Change,
  type ChangeRequest,
  type DryRun,
  type FileContent,
  type LeftOutBecause,
  rolesGained,
  rolesLost,
} from "../../change-requests/index.ts";
import type { Preflight } from "../../subjects/index.ts";
import { leftOutText } from "./bulk-texts.ts";
import { count } from "./change-texts.ts";
import { lineFaultText } from "./line-faults.ts";

const LEFT_OUT: Readonly<Record<LeftOutBecause, string>> = {
  already: "no change needed",
  protected: "skipped: protected",
  oneself: "skipped: your own account",
  forbidden: "skipped: forbidden by policy",
};

/** The content of a file as a table, header first. */
export function reportRows(holds: FileContent): string[][] {
  switch (holds.kind) {
    case "preview":
      return dryRunRows(holds.reading);
    case "users":
      return targetRows(holds.request);
    case "outcomes_so_far":
    case "outcomes":
      return outcomeRows(holds.request);
  }
}

/** The lines of a dry run, in the order of the input. */
function dryRunRows(reading: DryRun): string[][] {
  const { change, subjects, leftOut, faults, moreFaults = 0, ignoredIds = [], furtherLines = [] } = reading;
  const ignored = new Map(
    ignoredIds.map(({ line, id }) => [line, `The id ${id} is rounded and was ignored.`]),
  );
  const nameAt = new Map([
    ...subjects.map(({ line, facts }) => [line, facts.username] as const),
    ...leftOut.map(({ line, username }) => [line, username] as const),
  ]);
  const rows = [
    ...subjects.map(({ line, facts }) => ({ line, cells: intendedCells(change, facts) })),
    ...leftOut.map((each) => ({
      line: each.line,
      cells: [each.username, "", "", LEFT_OUT[each.because], leftOutText(each)],
    })),
    ...faults.map(({ line, text, fault }) => ({
      line,
      cells: [text, "", "", "skipped", lineFaultText(fault)],
    })),
    ...furtherLines.map(({ line, of }) => ({
      line,
      cells: [nameAt.get(of) ?? "", "", "", "", `Part of line ${of}.`],
    })),
  ].sort((a, b) => a.line - b.line);
  return [
    ["line", "user", "user_id", "org", "result", "note"],
    ...rows.map(({ line, cells }) => {
      const [note = "", ...others] = cells.toReversed();
      const notes = [note, ignored.get(line)].filter(Boolean).join(" ");
      return [String(line), ...others.toReversed(), notes];
    }),
    ...(moreFaults > 0 ? [["", "", "", "", "skipped", `${count(moreFaults, "more line")} skipped.`]] : []),
  ];
}

/** The users of a bulk, in the order of execution. */
function targetRows({ change, targets }: ChangeRequest): string[][] {
  return [
    ["number", "user", "user_id", "org", "result", "note"],
    ...targets.map(({ position, facts }) => [String(position + 1), ...intendedCells(change, facts)]),
  ];
}

/** The outcome of every target. */
function outcomeRows({ targets }: ChangeRequest): string[][] {
  return [
    ["user", "user_id", "org", "outcome", "note", "settled_at"],
    ...targets.map(({ username, userId, facts, state, explanation, settledAt }) => [
      username,
      userId,
      facts.orgName,
      state,
      explanation ?? "",
      settledAt?.toISOString() ?? "",
    ]),
  ];
}

/** The cells of one subject: the intended change, and warnings. */
function intendedCells(change: Change, facts: Preflight): string[] {
  return [facts.username, facts.userId, facts.orgName, wouldBe(change, facts), notesOn(change, facts)];
}

function wouldBe(change: Change, { roles, orgName }: Preflight): string {
  switch (change.kind) {
    case "deactivate":
      return "would be deactivated";
    case "activate":
      return "would be activated";
    case "move":
      return `would move from ${orgName} to ${change.org.name}`;
    case "add_roles":
    case "remove_roles":
    case "replace_roles": {
      const names = (of: typeof roles) => of.map(({ name }) => name).join(" and ");
      const gained = names(rolesGained(change, roles));
      const lost = names(rolesLost(change, roles));
      // A temporary role among them would become permanent.
      const kept = change.kind === "add_roles" ? names(rolesKept(change.roles, roles)) : "";
      return [
        gained && `would get ${gained}`,
        kept && `would keep ${kept} permanently`,
        lost && `would lose ${lost}`,
      ]
        .filter(Boolean)
        .join(", ");
    }
  }
}

function rolesKept(wanted: Preflight["roles"], held: Preflight["roles"]): Preflight["roles"] {
  return wanted.filter(({ id }) => held.some((role) => role.id === id));
}

function notesOn(change: Change, facts: Preflight): string {
  const { privileged, legalHold, blocked } = facts;
  const isAboutAccount = change.kind === "deactivate" || change.kind === "activate";
  return [
    privileged ? "Has a privileged role." : "",
    addsPrivileged(change, facts.roles) ? "Incydr e-mails every Customer Cloud Admin." : "",
    legalHold.fact === "yes" ? `Under legal hold: ${legalHold.names.join(", ")}.` : "",
    legalHold.fact === "unknown" && isAboutAccount ? "Legal hold is unknown." : "",
    facts.active || isAboutAccount ? "" : "Deactivated.",
    blocked ? "Blocked." : "",
  ]
    .filter(Boolean)
    .join(" ");
}
