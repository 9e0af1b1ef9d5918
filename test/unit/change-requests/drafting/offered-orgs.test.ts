import { describe, expect, it } from "vitest";
import { chooseOrg, offeredOrgs } from "../../../../src/change-requests/drafting/offered-orgs.ts";
import type { OrgOption } from "../../../../src/change-requests/model/change.ts";
import { IncydrError } from "../../../../src/incydr/index.ts";
import { someFacts } from "../../../support/domain-objects.ts";
import { incydrListing, orgOf } from "../../../support/stub-ports.ts";

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
  ["Sale", "a part of a name", "unknown_org"],
  ["Labs", "a name of two organizations", "ambiguous_org"],
  ["Closed", "an inactive organization", "org_inactive"],
  ["Research", "the present organization", "nothing_to_do"],
])("%j can't be chosen, because it is %s", (typed, _what, code) => {
  expect(() => chooseOrg(typed, someFacts(), ORGS)).toThrow(expect.objectContaining({ code }));
});

describe("the name of an organization", () => {
  it.each([
    [".NET Team", ".NET Team", "NET Team"],
    ["Partners'", "Partners'", "Partners"],
    ["'Skunk' Works", "'Skunk' Works", "Skunk' Works"],
    ["“Quoted”", "“Quoted”", "Quoted"],
    ["sales", "Sales", "“Sales”"],
  ])("the exact name %s is found before a similar one", (typed, name, other) => {
    const orgs = [org("other", other), org("meant", name)];
    expect(chooseOrg(typed, someFacts(), orgs).guid).toBe("meant");
    expect(chooseOrg(typed, someFacts(), orgs.toReversed()).guid).toBe("meant");
  });

  it.each([
    ["with a smart apostrophe", "People\u2019s Team", "People's Team"],
    ["with a plain apostrophe", "People's Team", "People\u2019s Team"],
    ["with a no-break hyphen", "Optics\u2011Lab", "Optics-Lab"],
    ["without a zero-width non-joiner", "میخواهم", "می\u200Cخواهم"],
    ["with a zero-width non-joiner", "می\u200Cخواهم", "می\u200Cخواهم"],
    ["with an emoji", "❤\uFE0F Care", "❤\uFE0F Care"],
    ["with an emoji as a keyboard writes it", "❤ care", "❤\uFE0F Care"],
    ["with a zero-width space", "Pri\u200Bvacy", "Privacy"],
    ["decomposed", "Zoe\u0308", "Zo\u00EB"],
    ["with two blanks", "Sales  EMEA", "Sales EMEA"],
    ["in quotes", "“Optics\u2011Lab”", "Optics-Lab"],
    ["in single quotes", "‘People’s Team’", "People's Team"],
  ])("an organization is found by its name %s", (_how, typed, name) => {
    expect(chooseOrg(typed, someFacts(), [...ORGS, org("meant", name)]).guid).toBe("meant");
  });

  it("a name that two organizations have is refused with the GUIDs of both", () => {
    const orgs = [org("g1", "People's Team"), org("g2", "People\u2019s team")];
    expect(() => chooseOrg("PEOPLE'S TEAM", someFacts(), orgs)).toThrow(
      expect.objectContaining({
        code: "ambiguous_org",
        data: {
          org: "PEOPLE'S TEAM",
          orgs: [
            { id: "g1", name: "People's Team" },
            { id: "g2", name: "People\u2019s team" },
          ],
        },
      }),
    );
    expect(chooseOrg("People\u2019s team", someFacts(), orgs).guid).toBe("g2");
  });
});

it.each(["Sales", "Sale", "Labs"])(
  "no name finds an organization in a list that may be incomplete: %j",
  (typed) => {
    expect(() => chooseOrg(typed, someFacts(), ORGS, false)).toThrow(/may be incomplete.*GUID/);
  },
);

it("a GUID finds an organization even in a list that may be incomplete", () => {
  expect(chooseOrg("ORG-SALES", someFacts(), ORGS, false).guid).toBe("org-sales");
});

describe("a GUID that is named", () => {
  const readerOf = (complete: boolean, getOrg?: () => Promise<unknown>) =>
    incydrListing({ complete, orgs: [{ guid: "org-sales", name: "Sales" }], ...(getOrg ? { getOrg } : {}) });
  const hidden = orgOf({ guid: "org-hidden", name: "Hidden" });

  it("a GUID that an incomplete list lacks is looked up by itself", async () => {
    const reader = readerOf(false, async () => hidden);
    const { options, complete } = await offeredOrgs(reader, someFacts(), "org-hidden");
    expect(options.map(({ guid }) => guid)).toEqual(["org-hidden", "org-sales"]);
    expect(complete).toBe(false);
  });

  it.each([
    ["the list is complete", true, "org-hidden"],
    ["the list has it", false, "ORG-sales"],
    ["the name is no GUID", false, "Sales & more"],
    ["none is named", false, null],
  ])("no organization is looked up by itself if %s", async (_if, complete, named) => {
    const reader = readerOf(complete);
    expect((await offeredOrgs(reader, someFacts(), named)).options).toHaveLength(1);
  });

  it("a GUID that Incydr does not know is left out", async () => {
    const error = new IncydrError("not_found", "No such organization.", { sent: "yes" });
    const reader = readerOf(false, () => Promise.reject(error));
    expect((await offeredOrgs(reader, someFacts(), "org-gone")).options).toHaveLength(1);
  });

  it("an outage of Incydr is not an answer about a GUID", async () => {
    const error = new IncydrError("unavailable", "Away.", { sent: "yes" });
    const reader = readerOf(false, () => Promise.reject(error));
    await expect(offeredOrgs(reader, someFacts(), "org-gone")).rejects.toBe(error);
  });
});

it("an organization can be chosen if Incydr does not say whether it is active", async () => {
  const reader = incydrListing({ orgs: [{ guid: "org-sales", name: "Sales", active: null }] });
  expect((await offeredOrgs(reader, someFacts())).options).toMatchObject([
    { guid: "org-sales", active: true },
  ]);
});
