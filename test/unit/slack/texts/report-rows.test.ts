import { expect, test } from "vitest";
import type { Change, ChangeRequest, DryRun } from "../../../../src/change-requests/index.ts";
import { reportRows } from "../../../../src/slack/texts/report-rows.ts";
import type { Preflight } from "../../../../src/subjects/index.ts";
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

/** What a dry run says of one subject: what would happen, and what should be known. */
function saidOf(change: Change, facts: Partial<Preflight> = {}): (string | undefined)[] {
  const subjects = [{ line: 2, facts: someFacts(facts), slackUserIds: [] }];
  const reading = { change, subjects, leftOut: [], faults: [], approvalsNeeded: 1, terms: TERMS };
  return dryRunRows(reading)[1]?.slice(4) ?? [];
}

test.each<[Change, string]>([
  [{ kind: "deactivate" }, "would be deactivated"],
  [{ kind: "activate" }, "would be activated"],
  [{ kind: "move", org: { guid: "org-sales", name: "Sales" } }, "would move from Research to Sales"],
  [
    { kind: "add_roles", roles: [ALERTS, DESKTOP] },
    "would get Alert Emails, would keep Desktop User permanently",
  ],
  [{ kind: "remove_roles", roles: [ALERTS, DESKTOP] }, "would lose Desktop User"],
])("a dry run says of each subject what would happen to it: $0.kind", (change, expected) => {
  expect(saidOf(change)).toEqual([expected, ""]);
});

test.each<[string, Change, Partial<Preflight>]>([
  ["Has a privileged role.", { kind: "deactivate" }, { privileged: true }],
  ["Legal hold is unknown.", { kind: "deactivate" }, { legalHold: { fact: "unknown", names: [] } }],
  ["", { kind: "add_roles", roles: [ALERTS] }, { legalHold: { fact: "unknown", names: [] } }],
  [
    "Under legal hold: Doe v. Acme.",
    { kind: "activate" },
    { legalHold: { fact: "yes", names: ["Doe v. Acme"] } },
  ],
  ["Deactivated.", { kind: "add_roles", roles: [ALERTS] }, { active: false }],
  ["Blocked.", { kind: "deactivate" }, { blocked: true }],
])("and what should be known of it: %s", (note, change, facts) => {
  expect(saidOf(change, facts)[1]).toBe(note);
});

test("a dry run has every line of the input once, in its order", () => {
  const reading: DryRun = {
    change: { kind: "deactivate" },
    subjects: [
      { line: 2, facts: someFacts(), slackUserIds: [] },
      { line: 5, facts: someFacts({ username: "sam@x.example" }), slackUserIds: [] },
    ],
    leftOut: [{ line: 4, username: "root@x.example", because: "protected", why: "Is protected." }],
    faults: [{ line: 3, text: "nobody", fault: "Incydr has no such user." }],
    approvalsNeeded: 1,
    terms: TERMS,
  };
  expect(dryRunRows(reading).map(([line, user, , , result, note]) => [line, user, result, note])).toEqual([
    ["line", "user", "result", "note"],
    ["2", "nadia.petrov@harborlight.example", "would be deactivated", ""],
    ["3", "nobody", "skipped", "Incydr has no such user."],
    ["4", "root@x.example", "skipped: protected", "Is protected."],
    ["5", "sam@x.example", "would be deactivated", ""],
  ]);
});

test("a dry run says which ids were not used, and how many more lines than it names", () => {
  const reading: DryRun = {
    change: { kind: "deactivate" },
    subjects: [{ line: 2, facts: someFacts({ blocked: true }), slackUserIds: [] }],
    leftOut: [{ line: 3, username: "root@x.example", because: "protected", why: "Is protected." }],
    faults: [],
    moreFaults: 12,
    ignoredIds: [
      { line: 2, id: "4.55998E+17" },
      { line: 3, id: "880902586232301000" },
    ],
    approvalsNeeded: 1,
    terms: TERMS,
  };
  expect(dryRunRows(reading).map((cells) => [cells[0], cells[5]])).toEqual([
    ["line", "note"],
    ["2", "Blocked. The id 4.55998E+17 is rounded and was ignored."],
    ["3", "Is protected. The id 880902586232301000 is rounded and was ignored."],
    ["", "12 more lines skipped."],
  ]);
});

test("a dry run names each line that counts with an earlier line of its user", () => {
  const reading: DryRun = {
    change: { kind: "add_roles", roles: [ALERTS, DESKTOP] },
    subjects: [{ line: 2, facts: someFacts(), slackUserIds: [] }],
    leftOut: [{ line: 3, username: "root@x.example", because: "protected", why: "Is protected." }],
    faults: [],
    furtherLines: [
      { line: 4, of: 3 },
      { line: 5, of: 2 },
    ],
    approvalsNeeded: 1,
    terms: TERMS,
  };
  expect(dryRunRows(reading).map(([line, user, , , , note]) => [line, user, note])).toEqual([
    ["line", "user", "note"],
    ["2", "nadia.petrov@harborlight.example", expect.any(String)],
    ["3", "root@x.example", "Is protected."],
    ["4", "root@x.example", "Part of line 3."],
    ["5", "nadia.petrov@harborlight.example", "Part of line 2."],
  ]);
});

test("the outcome of every subject is a row, with why and when", () => {
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
