import type { ModalView } from "@slack/types";
import { expect, test } from "vitest";
import type { PreparedDraft } from "../../../../src/change-requests/index.ts";
import {
  changeFormView,
  orgOption,
  readChangeForm,
  roleOption,
} from "../../../../src/slack/views/change-form-view.ts";
import { someFacts } from "../../../support/domain-objects.ts";
import { readable } from "../block-texts.ts";
import { somePreparedDraft } from "../some-prepared-draft.ts";

const formOf = (patch: Partial<PreparedDraft>): ModalView => changeFormView(somePreparedDraft(patch));

/** The names of the fields. */
const fieldsOf = ({ blocks }: ModalView) => blocks.flatMap(({ block_id }) => block_id ?? []);
const asksPeople = (form: ModalView) => fieldsOf(form).includes("people_asked");

test("a form asks for approvers if the change needs approvals, or may need them", () => {
  expect(asksPeople(formOf({}))).toBe(true);
  expect(asksPeople(formOf({ approvalsNeeded: null }))).toBe(true);
  expect(asksPeople(formOf({ kind: "add_roles", approvalsNeeded: 0 }))).toBe(true);
});

test("a form asks for no approvers if the change needs no approval", () => {
  expect(asksPeople(formOf({ approvalsNeeded: 0 }))).toBe(false);
  expect(asksPeople(formOf({ emergency: { ratifyWithinHours: 24, escalateTo: [] } }))).toBe(false);
  const change = { kind: "add_roles", roles: [] } as const;
  const undo = { requestId: 1, change, notRestored: [] };
  expect(asksPeople(formOf({ kind: "add_roles", undo, approvalsNeeded: 0 }))).toBe(false);
});

test("a form whose change needs no approval says on its button that the change runs", () => {
  const label = (patch: Partial<PreparedDraft>) => formOf({ approvalsNeeded: 0, ...patch }).submit?.text;
  expect(label({})).toBe("Deactivate now");
  expect(label({ isFrozen: true })).toBe("Deactivate when unfrozen");
  expect(label({ kind: "move" })).toBe("Run now");
  expect(label({ kind: "move", isFrozen: true })).toBe("Run when unfrozen");
  expect(label({ approvalsNeeded: 1 })).toBe("Request approval");
  expect(readable(formOf({ approvalsNeeded: 0 }))).toContain("Shown on the card and kept in the audit log.");
});

test("a form does not promise that roles which are not chosen yet need no approval", () => {
  const form = formOf({ kind: "add_roles", approvalsNeeded: 0 });
  expect(form.submit?.text).toBe("Submit");
  expect(readable(form)).not.toMatch(/No approval needed|at once/);
});

test("a form says that changes are frozen, and promises nothing at once", () => {
  const emergency = { ratifyWithinHours: 24, escalateTo: [] };
  const isFrozen = true;
  const forms = [formOf({ isFrozen, approvalsNeeded: 0 }), formOf({ isFrozen, emergency })];
  for (const form of forms) {
    expect(readable(form)).toContain("🧊 All changes are frozen.");
    expect(readable(form)).not.toMatch(/at once|Deactivate now/);
  }
  expect(forms[1]?.submit?.text).toBe("Deactivate when unfrozen");
  expect(readable(formOf({ emergency }))).toContain("this runs at once");
  expect(formOf({ emergency }).submit?.text).toBe("Deactivate now");
});

test("a form asks about legal hold only if it could not be read", () => {
  expect(fieldsOf(formOf({ asksLegalHold: true }))).toContain("legal_hold");
  expect(fieldsOf(formOf({}))).not.toContain("legal_hold");
});

test("a form asks neither for roles nor for an organization if an undo decides them", () => {
  const undo = { requestId: 5, change: { kind: "add_roles", roles: [] } as const, notRestored: [] };
  expect(fieldsOf(formOf({ kind: "move" }))).toContain("org");
  expect(fieldsOf(formOf({ kind: "add_roles" }))).toContain("roles");
  expect(fieldsOf(formOf({ kind: "move", undo }))).not.toContain("org");
  expect(fieldsOf(formOf({ kind: "add_roles", undo }))).not.toContain("roles");
});

test("the form of an emergency says nothing of approvals", () => {
  const emergency = { ratifyWithinHours: 24, escalateTo: [] };
  expect(readable(formOf({}))).toContain("Needs approval from 1 other person");
  expect(readable(formOf({ emergency }))).not.toContain("Needs approval");
});

test("the form of a replacement starts from the roles that are held", () => {
  const facts = someFacts({ roles: [{ id: "r", name: "Role" }] });
  const element = expect.objectContaining({ initial_options: [expect.objectContaining({ value: "r" })] });
  expect(formOf({ kind: "replace_roles", facts }).blocks).toContainEqual(
    expect.objectContaining({ element }),
  );
});

test("a form with more roles than a menu takes has them searched, and shows the chosen ones", () => {
  const many = Array.from({ length: 101 }, (_, at) => ({ id: `r${at}`, name: `Role ${at}` }));
  const elementOf = (roleOptions: typeof many) => {
    const form = formOf({ kind: "add_roles", roleOptions, chosenRoles: [{ id: "r99", name: "Role 99" }] });
    return JSON.stringify(form.blocks.find(({ block_id }) => block_id === "roles"));
  };
  expect(elementOf(many)).toContain('"type":"multi_external_select","action_id":"draft_roles"');
  expect(elementOf(many).match(/"r\d+"/g)).toEqual(['"r99"']);
  expect(elementOf(many.slice(0, 100)).match(/"r\d+"/g)).toHaveLength(101);
});

test("a role or an organization whose name shows nothing is offered by its id", () => {
  expect(roleOption({ id: "r1", name: "\u200B" }).text.text).toBe("r1");
  const org = { guid: "g1", name: " ", parent: null, active: true };
  expect(orgOption(org).text.text).toBe("g1");
  expect(orgOption({ ...org, parent: "Sales" }).text.text).toBe("g1 (in Sales)");
});

test.each(["value", "draft_roles"])("the roles of a form are read from its menu %s", (actionId) => {
  const option = { text: { type: "plain_text" as const, text: "A" }, value: "a" };
  const roles = { [actionId]: { type: "multi_select", selected_options: [option] } };
  expect(readChangeForm({ roles }).roleIds).toEqual(["a"]);
});

test("a form shows what the command has filled in, and asks no approvers if none are needed", () => {
  const given = { reason: "On call", ticket: "INC-7", peopleAsked: ["U0THEO"] };
  const elements = ({ blocks }: ModalView) =>
    blocks.flatMap((block) => ("element" in block ? [block.element] : []));
  const filled = elements(changeFormView(somePreparedDraft(), given));
  expect(filled).toContainEqual(expect.objectContaining({ initial_value: "On call", multiline: true }));
  expect(filled).toContainEqual(expect.objectContaining({ initial_value: "INC-7" }));
  expect(filled).toContainEqual(expect.objectContaining({ initial_users: ["U0THEO"] }));
  const alone = JSON.stringify(changeFormView(somePreparedDraft({ approvalsNeeded: 0 }), given));
  expect(alone).not.toContain("initial_users");
  expect(JSON.stringify(changeFormView(somePreparedDraft()))).not.toMatch(/"initial_(value|users)"/);
});
