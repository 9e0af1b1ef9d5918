import { expect, it } from "vitest";
import type { BulkDraft, DryRun } from "../../../../src/change-requests/index.ts";
import { bulkFormView } from "../../../../src/slack/views/bulk-form-view.ts";
import { someFacts, somePerson } from "../../../support/domain-objects.ts";
import { readable } from "../block-texts.ts";

const READING: DryRun = {
  change: { kind: "deactivate" },
  subjects: [{ line: 1, facts: someFacts(), slackUserIds: [] }],
  leftOut: [],
  faults: [],
  approvalsNeeded: 1,
  terms: {
    ...{ expiryHours: null, remindAfterMinutes: null, escalateAfterMinutes: null },
    ...{ escalateTo: [], ratifyWithinHours: null },
  },
};

/** The form of a bulk with this dry run, and the names of its fields. */
function formOf(patch: Partial<DryRun>, isFrozen = false) {
  const draft: BulkDraft & { reading: DryRun } = {
    ...{ id: "1", opener: somePerson(), place: { channelId: "C0APPROVE", threadTs: null } },
    ...{ kind: "deactivate", input: null, requestId: null, expiresAt: new Date(0) },
    reading: { ...READING, ...patch },
  };
  const { blocks, submit } = bulkFormView(draft, { isFrozen });
  const fields = blocks.flatMap((block) => block.block_id ?? []);
  return { text: readable(blocks), fields, submit: submit?.text };
}

it("the form of a bulk asks about Legal only if the legal hold of a user is unknown", () => {
  const unknown = someFacts({ legalHold: { fact: "unknown", names: [] } });
  const subjects = [...READING.subjects, { line: 2, facts: unknown, slackUserIds: [] }];
  expect(formOf({ subjects }).text).toContain("Legal");
  expect(formOf({}).text).not.toContain("Legal");
});

it("the form of a bulk asks for approvers only if approvals are needed, and says that the policies rule it out", () => {
  expect(formOf({}).fields).toHaveLength(formOf({ approvalsNeeded: 0 }).fields.length + 1);
  expect(formOf({ approvalsNeeded: null }).text).toContain("don't allow this change");
  expect(formOf({ approvalsNeeded: 2 }).text).toContain("2 other people");
});

it("the form of a bulk can't be submitted if the policies rule it out", () => {
  const { text, fields, submit } = formOf({ approvalsNeeded: null });
  expect({ fields, submit }).toEqual({ fields: [], submit: undefined });
  expect(text).toMatch(/^Your policies don't allow this change\./);
});

it("the submit button of a bulk says whether the change runs without approval", () => {
  expect(formOf({}).submit).toBe("Request approval");
  expect(formOf({ approvalsNeeded: 0 }).submit).toBe("Deactivate now");
  expect(formOf({ approvalsNeeded: 0 }, true).submit).toBe("Deactivate when unfrozen");
});

it("the form of a bulk counts skipped lines, also those that are not kept", () => {
  const fault = { line: 2, text: "x", fault: { kind: "names_nobody" } } as const;
  expect(formOf({}).text).not.toContain("skipped");
  expect(formOf({ faults: [fault] }).text).toContain("1 line skipped");
  expect(formOf({ faults: [fault], moreFaults: 6 }).text).toContain("7 lines skipped");
});

it("the form of a bulk names three rounded ids with their lines, and counts the others", () => {
  const ignoredIds = [1, 2, 3, 4, 5].map((line) => ({ line, id: `${line}E+17` }));
  const { text } = formOf({ ignoredIds });
  for (const told of ["1E+17 in line 1", "3E+17 in line 3", "and 2 more"]) expect(text).toContain(told);
  expect(text).not.toContain("4E+17");
});

it("the form of a bulk that needs no approval promises nothing at once while changes are frozen", () => {
  expect(formOf({ approvalsNeeded: 0 }, true).text).toContain("🧊 All changes are frozen.");
  expect(formOf({ approvalsNeeded: 0 }, true).text).not.toMatch(/at once|Deactivate now/);
});

it("the form of a bulk warns the requester of the effects of which the form of a single user warns", () => {
  const { text } = formOf({});
  expect(text).toContain("A deactivated user can't be added to a legal hold.");
  expect(text).toContain("Watchlists are not checked in bulk changes.");
});
