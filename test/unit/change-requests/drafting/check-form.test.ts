import { describe, expect, it } from "vitest";
import { checkForm, type Draft, type DraftForm } from "../../../../src/change-requests/index.ts";
import { someFacts } from "../../../support/domain-objects.ts";
import { someDraft, someDraftForm } from "../../../support/draft-objects.ts";

const ALERTS = { id: "alert-emails", name: "Alert Emails" };
const CASES = { id: "cases", name: "Cases" };
const org = (guid: string, active = true) => ({ guid, name: guid, parent: null, active });
const DRAFT = someDraft({
  kind: "add_roles",
  facts: someFacts(),
  roleOptions: [ALERTS, CASES],
  orgOptions: [org("org-sales"), org("ORG-RESEARCH"), org("org-closed", false)],
});
const FORM = someDraftForm({ roleIds: [ALERTS.id], ticket: "INC-1" });

/** The change of a form, or the fields with a fault. */
function checked(draft: Partial<Draft>, form: Partial<DraftForm>) {
  const options = { ticketPattern: /^INC-\d+$/, grantHours: [8, 24] };
  const result = checkForm({ ...DRAFT, ...draft }, { ...FORM, ...form }, options);
  if (!result) return null;
  return "change" in result ? result.change : Object.keys(result.faults).sort();
}

describe("a form about roles", () => {
  it("a form gives each chosen role once, for the chosen time", () => {
    const roleIds = [ALERTS.id, ALERTS.id];
    expect(checked({}, { roleIds })).toEqual({ kind: "add_roles", roles: [ALERTS] });
    expect(checked({}, { roleIds, grantHours: 24 })).toEqual({
      kind: "add_roles",
      roles: [ALERTS],
      grantHours: 24,
    });
  });

  it.each<[string, Partial<DraftForm>, string[]]>([
    ["no role is chosen", { roleIds: [] }, ["roles"]],
    ["one of two roles was not offered", { roleIds: [ALERTS.id, "customer-cloud-admin"] }, ["roles"]],
    ["the length was not offered", { grantHours: 9 }, ["duration"]],
    [
      "several fields are wrong",
      { roleIds: [], grantHours: 9, reason: "", ticket: "4711" },
      ["duration", "reason", "roles", "ticket"],
    ],
  ])("each wrong field is a fault if %s", (_if, form, faults) => {
    expect(checked({}, form)).toEqual(faults);
  });

  it("a replacement of all roles by the held ones is a fault", () => {
    const { roles } = someFacts();
    const draft = { kind: "replace_roles", roleOptions: [...roles, ALERTS] } as const;
    expect(checked(draft, { roleIds: roles.map(({ id }) => id) })).toEqual(["roles"]);
    expect(checked(draft, { roleIds: [ALERTS.id] })).toMatchObject({ roles: [ALERTS] });
  });
});

it("a move needs an offered, active organization other than the present one", () => {
  const to = (orgGuid: string | null) => checked({ kind: "move" }, { orgGuid });
  expect(to("org-sales")).toEqual({ kind: "move", org: { guid: "org-sales", name: "org-sales" } });
  for (const guid of [null, "org-elsewhere", "org-closed", "ORG-RESEARCH"]) expect(to(guid)).toEqual(["org"]);
});

it("the form of an undo gives the change that was fixed when the form opened", () => {
  const undo = { requestId: 3, change: { kind: "remove_roles", roles: [CASES] } } as const;
  expect(checked({ undo, kind: "remove_roles" }, { roleIds: ["customer-cloud-admin"] })).toEqual(undo.change);
});

it("a form without a kind gives nothing", () => {
  expect(checked({ kind: null }, {})).toBeNull();
});

it.each([
  ["deactivate", ["legal_hold"]],
  ["activate", { kind: "activate" }],
] as const)("only a deactivation needs a confirmation if legal hold can't be read: %s", (kind, result) => {
  const facts = someFacts({ legalHold: { fact: "unknown", names: [] } });
  expect(checked({ kind, facts }, {})).toEqual(result);
  expect(checked({ kind, facts }, { legalHoldConfirmed: true })).toEqual({ kind });
});
