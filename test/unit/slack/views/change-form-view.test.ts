import type { ModalView } from "@slack/types";
import { expect, test } from "vitest";
import type { DryRun, PreparedDraft } from "../../../../src/change-requests/index.ts";
import { bulkFormView } from "../../../../src/slack/views/bulk-form-view.ts";
import { changeFormView } from "../../../../src/slack/views/change-form-view.ts";
import { someFacts } from "../../../support/domain-objects.ts";
import { readable } from "../block-texts.ts";

function formOf(patch: Partial<PreparedDraft>): ModalView {
  return changeFormView({
    draftId: "00000000-0000-4000-8000-000000000001",
    kind: "deactivate",
    facts: someFacts(),
    warnings: [],
    roleOptions: [{ id: "r", name: "Role" }],
    chosenRoles: [],
    lengths: [],
    chosenLength: null,
    temporaryGrants: [],
    chosenOrg: null,
    undo: null,
    othersOpen: [],
    emergency: null,
    approvalsNeeded: 1,
    asksLegalHold: false,
    isFrozen: false,
    ...patch,
  });
}

function bulkFormOf(patch: Partial<DryRun>, isFrozen = false): ModalView {
  const draft: Parameters<typeof bulkFormView>[0] = {
    id: "00000000-0000-4000-8000-000000000002",
    opener: { slackUserId: "U0MAYA", email: null },
    place: { channelId: "C0APPROVE", threadTs: null },
    kind: "deactivate",
    input: null,
    reading: {
      change: { kind: "deactivate" },
      subjects: [],
      leftOut: [],
      faults: [],
      approvalsNeeded: 1,
      terms: {} as DryRun["terms"], // a form doesn't show them
      ...patch,
    },
    requestId: null,
    expiresAt: new Date(0),
  };
  return bulkFormView(draft, { isFrozen });
}

const asksPeople = ({ blocks }: ModalView) => blocks.some(({ block_id }) => block_id === "people_asked");

test("a form asks for people where the change waits for approvals, or may", () => {
  expect(asksPeople(formOf({}))).toBe(true);
  expect(asksPeople(formOf({ approvalsNeeded: null }))).toBe(true);
  expect(asksPeople(formOf({ kind: "add_roles", approvalsNeeded: 0 }))).toBe(true);
  expect(asksPeople(bulkFormOf({}))).toBe(true);
});

test("a form asks for nobody where the change waits for no approval", () => {
  expect(asksPeople(formOf({ approvalsNeeded: 0 }))).toBe(false);
  expect(asksPeople(formOf({ emergency: { ratifyWithinHours: 24, escalateTo: [] } }))).toBe(false);
  const change = { kind: "add_roles", roles: [] } as const;
  const undo = { requestId: 1, change, notRestored: [] };
  expect(asksPeople(formOf({ kind: "add_roles", undo, approvalsNeeded: 0 }))).toBe(false);
  expect(asksPeople(bulkFormOf({ approvalsNeeded: 0 }))).toBe(false);
});

test("a form says before it is submitted that changes are frozen, and promises nothing at once", () => {
  const emergency = { ratifyWithinHours: 24, escalateTo: [] };
  const isFrozen = true;
  const forms = [
    formOf({ isFrozen, approvalsNeeded: 0 }),
    formOf({ isFrozen, emergency }),
    bulkFormOf({ approvalsNeeded: 0 }, isFrozen),
  ];
  for (const form of forms) {
    expect(readable(form)).toContain("🧊 All changes are frozen.");
    expect(readable(form)).not.toMatch(/at once|Deactivate now/);
  }
  expect(forms[1]?.submit?.text).toBe("Deactivate when unfrozen");
  expect(readable(formOf({ emergency }))).toContain("this runs at once");
  expect(formOf({ emergency }).submit?.text).toBe("Deactivate now");
});
