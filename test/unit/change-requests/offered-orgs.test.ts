import { expect, it } from "vitest";
import { chooseOrg, type OrgOption } from "../../../src/change-requests/offered-orgs.ts";
import { someFacts } from "../../support/domain-objects.ts";

const org = (guid: string, name: string, patch: Partial<OrgOption> = {}): OrgOption => ({
  guid,
  name,
  parent: null,
  active: true,
  ...patch,
});
const ORGS = [
  org("org-research", "Research"),
  org("org-sales", "Sales"),
  org("org-labs-1", "Labs"),
  org("org-labs-2", "Labs"),
  org("org-closed", "Closed", { active: false }),
];

it.each(["Sales", " sales ", "ORG-SALES"])(
  "an organization is found by its GUID or whole name: %j",
  (typed) => {
    expect(chooseOrg(typed, someFacts(), ORGS).guid).toBe("org-sales");
  },
);

it.each([
  ["Sale", "unknown_org"],
  ["Labs", "ambiguous_org"],
  ["Closed", "org_inactive"],
  ["Research", "nothing_to_do"],
])("%j can't be chosen: %s", (typed, code) => {
  expect(() => chooseOrg(typed, someFacts(), ORGS)).toThrow(expect.objectContaining({ code }));
});
