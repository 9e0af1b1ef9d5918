import { expect, test } from "vitest";
import type { Change, ChangeRequest, DryRun } from "../../../../src/change-requests/index.ts";
import { reportRows } from "../../../../src/slack/texts/report-rows.ts";
import { someFacts, someRequest, someTarget } from "../../../support/domain-objects.ts";

const ALERTS = { id: "alert-emails", name: "Alert Emails" };
const DESKTOP = { id: "desktop-user", name: "Desktop User" };
const TERMS = {
  expiryHours: null,
  remindAfterMinutes: null,
  escalateAfterMinutes: null,
  escalateTo: [],
  ratifyWithinHours: null,
};

const dryRunRows = (reading: DryRun) => reportRows({ kind: "preview", reading });
const outcomeRows = (request: ChangeRequest) => reportRows({ kind: "outcomes", request });
const targetRows = (request: ChangeRequest) => reportRows({ kind: "users", request });

/** The rows of the preview of a deactivation. */
const previewOf = (patch: Partial<DryRun>) =>
  dryRunRows({
    ...{ change: { kind: "deactivate" }, subjects: [], leftOut: [], faults: [] },
    ...{ approvalsNeeded: 1, terms: TERMS, ...patch },
  });
const NADIA = { line: 2, facts: someFacts({ blocked: true }), slackUserIds: [] };
const ROOT = { username: "root@x.example", because: "protected", why: "Is protected." } as const;

test.each<[Change, string]>([
  [{ kind: "deactivate" }, "would be deactivated"],
  [{ kind: "activate" }, "would be activated"],
  [{ kind: "move", org: { guid: "org-sales", name: "Sales" } }, "would move from Research to Sales"],
  [
    { kind: "add_roles", roles: [ALERTS, DESKTOP] },
    "would get Alert Emails, would keep Desktop User permanently",
  ],
  [{ kind: "remove_roles", roles: [ALERTS, DESKTOP] }, "would lose Desktop User"],
])("the preview of the change %j says: %s", (change, expected) => {
  expect(previewOf({ change, subjects: [NADIA] })[1]?.[4]).toBe(expected);
});

test("a preview notes unknown legal hold only if the change concerns the account", () => {
  const subjects = [{ ...NADIA, facts: someFacts({ legalHold: { fact: "unknown", names: [] } }) }];
  const noteOf = (change: Change) => previewOf({ change, subjects })[1]?.[5];
  expect(noteOf({ kind: "deactivate" })).toBe("Legal hold is unknown.");
  expect(noteOf({ kind: "add_roles", roles: [ALERTS] })).toBe("");
});

test("a preview has every line of the input once, in its order", () => {
  const rows = previewOf({
    subjects: [NADIA, { ...NADIA, line: 5, facts: someFacts({ username: "sam@x.example" }) }],
    leftOut: [{ ...ROOT, line: 4 }],
    faults: [{ line: 3, text: "nobody", fault: "Incydr has no such user." }],
  });
  expect(rows.map(([line, user, , , result, note]) => [line, user, result, note])).toEqual([
    ["line", "user", "result", "note"],
    ["2", "nadia.petrov@harborlight.example", "would be deactivated", "Blocked."],
    ["3", "nobody", "skipped", "Incydr has no such user."],
    ["4", "root@x.example", "skipped: protected", "Is protected."],
    ["5", "sam@x.example", "would be deactivated", ""],
  ]);
});

test("a preview names rounded ids and further lines of a user, and counts the lines that it does not name", () => {
  const rows = previewOf({
    subjects: [NADIA],
    leftOut: [{ ...ROOT, line: 3 }],
    moreFaults: 12,
    ignoredIds: [
      { line: 2, id: "4.55998E+17" },
      { line: 3, id: "880902586232301000" },
    ],
    furtherLines: [
      { line: 4, of: 3 },
      { line: 5, of: 2 },
    ],
  });
  expect(rows.map(([line, user, , , , note]) => [line, user, note])).toEqual([
    ["line", "user", "note"],
    ["2", "nadia.petrov@harborlight.example", "Blocked. The id 4.55998E+17 is rounded and was ignored."],
    ["3", "root@x.example", "Is protected. The id 880902586232301000 is rounded and was ignored."],
    ["4", "root@x.example", "Part of line 3."],
    ["5", "nadia.petrov@harborlight.example", "Part of line 2."],
    ["", "", "12 more lines skipped."],
  ]);
});

test("the outcome of every target is a row, with its explanation and time", () => {
  const at = new Date("2026-11-01T10:00:00Z");
  const targets = [
    someTarget({ state: "verified", settledAt: at }),
    someTarget({ position: 1, state: "refused", explanation: "Is under legal hold.", settledAt: at }),
    someTarget({ position: 2, state: "unknown" }),
  ];
  const request = someRequest({ state: "done", targets });
  expect(outcomeRows(request).map((cells) => cells.slice(3))).toEqual([
    ["outcome", "note", "settled_at"],
    ["verified", "", "2026-11-01T10:00:00.000Z"],
    ["refused", "Is under legal hold.", "2026-11-01T10:00:00.000Z"],
    ["unknown", "", ""],
  ]);
  expect(targetRows(request).map(([number]) => number)).toEqual(["number", "1", "2", "3"]);
});
