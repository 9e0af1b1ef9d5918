import { describe, expect, it } from "vitest";
import { checkForm, type Draft, type DraftForm } from "../../../../src/change-requests/index.ts";
import { someFacts } from "../../../support/domain-objects.ts";

const ALERTS = { id: "alert-emails", name: "Alert Emails" };
const CASES = { id: "cases", name: "Cases" };
const org = (guid: string, active = true) => ({ guid, name: guid, parent: null, active });
const DRAFT: Draft = {
  id: "9f4f6f5e-0000-4000-8000-00000000000a",
  opener: { slackUserId: "U0MAYA", email: null },
  place: { channelId: "C0APPROVE", threadTs: null },
  who: null,
  kind: "add_roles",
  emergency: false,
  facts: someFacts(),
  slackUserIds: [],
  roleOptions: [ALERTS, CASES],
  orgOptions: [org("org-sales"), org("ORG-RESEARCH"), org("org-closed", false)],
  undo: null,
  requestId: null,
  expiresAt: new Date("2099-01-01T00:00:00Z"),
};
const FORM: DraftForm = {
  reason: "Needed for case 4711",
  ticket: "",
  peopleAsked: [],
  roleIds: [ALERTS.id],
  orgGuid: null,
  grantHours: null,
  legalHoldConfirmed: false,
};

/** The change of a form, or the fields with a fault. */
function checked(draft: Partial<Draft>, form: Partial<DraftForm>) {
  const options = { ticketPattern: /^INC-\d+$/, grantHours: [8, 24] };
  const result = checkForm({ ...DRAFT, ...draft }, { ...FORM, ticket: "INC-1", ...form }, options);
  if (!result) return null;
  return "change" in result ? result.change : Object.keys(result.faults).sort();
}

describe("a form about roles", () => {
  it("gives what was chosen, each role once, for as long as was chosen", () => {
    const roleIds = [ALERTS.id, ALERTS.id];
    expect(checked({}, { roleIds })).toEqual({ kind: "add_roles", roles: [ALERTS] });
    expect(checked({}, { roleIds, grantHours: 24 })).toEqual({
      kind: "add_roles",
      roles: [ALERTS],
      grantHours: 24,
    });
  });

  it.each<[string, Partial<DraftForm>, string[]]>([
    ["nothing was chosen", { roleIds: [] }, ["roles"]],
    ["one of two roles wasn't offered", { roleIds: [ALERTS.id, "customer-cloud-admin"] }, ["roles"]],
    ["the length wasn't offered", { grantHours: 9 }, ["duration"]],
    [
      "everything is wrong, each field said at once",
      { roleIds: [], grantHours: 9, reason: "", ticket: "4711" },
      ["duration", "reason", "roles", "ticket"],
    ],
  ])("has a fault where %s", (_what, form, faults) => {
    expect(checked({}, form)).toEqual(faults);
  });

  it("that would replace roles by those that are held asks for nothing", () => {
    const { roles } = someFacts();
    const draft = { kind: "replace_roles", roleOptions: [...roles, ALERTS] } as const;
    expect(checked(draft, { roleIds: roles.map(({ id }) => id) })).toEqual(["roles"]);
    expect(checked(draft, { roleIds: [ALERTS.id] })).toMatchObject({ roles: [ALERTS] });
  });
});

it("a form about an organization chooses only another one that is active and was offered", () => {
  const to = (orgGuid: string | null) => checked({ kind: "move" }, { orgGuid });
  expect(to("org-sales")).toEqual({ kind: "move", org: { guid: "org-sales", name: "org-sales" } });
  for (const guid of [null, "org-elsewhere", "org-closed", "ORG-RESEARCH"]) expect(to(guid)).toEqual(["org"]);
});

it("a form of an undo asks for what was fixed when it was made, whatever else is chosen", () => {
  const undo = { requestId: 3, change: { kind: "remove_roles", roles: [CASES] } } as const;
  expect(checked({ undo, kind: "remove_roles" }, { roleIds: ["customer-cloud-admin"] })).toEqual(undo.change);
});

it("a form of no kind yet asks for nothing", () => {
  expect(checked({ kind: null }, {})).toBeNull();
});

it.each([
  ["deactivate", ["legal_hold"]],
  ["activate", { kind: "activate" }],
] as const)("only a deactivation needs the word for a legal hold that can't be read: %s", (kind, result) => {
  const facts = someFacts({ legalHold: { fact: "unknown", names: [] } });
  expect(checked({ kind, facts }, {})).toEqual(result);
  expect(checked({ kind, facts }, { legalHoldConfirmed: true })).toEqual({ kind });
});
