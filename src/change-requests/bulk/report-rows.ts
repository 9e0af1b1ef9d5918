import type { ChangeRequest } from "../change-request.ts";
import type { BulkReading, LeftOutBecause } from "./bulk-draft.ts";

const LEFT_OUT: Readonly<Record<LeftOutBecause, string>> = {
  already: "already so",
  protected: "left out: protected",
  oneself: "left out: yourself",
  forbidden: "left out: forbidden by the policy",
};

/** A dry run as a table, header first, in the order of the input. */
export function dryRunRows({ subjects, leftOut, faults }: BulkReading): string[][] {
  const rows = [
    ...subjects.map(({ line, facts }) => ({
      line,
      cells: [facts.username, facts.userId, facts.orgName, "would change", ""],
    })),
    ...leftOut.map(({ line, username, because, why }) => ({
      line,
      cells: [username, "", "", LEFT_OUT[because], why],
    })),
    ...faults.map(({ line, text, fault }) => ({ line, cells: [text, "", "", "not used", fault] })),
  ].sort((a, b) => a.line - b.line);
  return [
    ["line", "user", "user_id", "org", "result", "note"],
    ...rows.map(({ line, cells }) => [String(line), ...cells]),
  ];
}

/** What came of every target, as a table, header first. */
export function outcomeRows({ targets }: ChangeRequest): string[][] {
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
