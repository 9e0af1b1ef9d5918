import { describe, expect, it } from "vitest";
import { chooseOrg, offeredOrgs } from "../../../../src/change-requests/drafting/offered-orgs.ts";
import type { OrgOption } from "../../../../src/change-requests/model/change.ts";
import { IncydrError, type IncydrReader } from "../../../../src/incydr/index.ts";
import { someFacts } from "../../../support/domain-objects.ts";

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

describe("an organization is found by its name", () => {
  it.each([
    [".NET Team", ".NET Team", "NET Team"],
    ["Partners'", "Partners'", "Partners"],
    ["'Skunk' Works", "'Skunk' Works", "Skunk' Works"],
    ["“Quoted”", "“Quoted”", "Quoted"],
    ["sales", "Sales", "“Sales”"],
  ])("as it was typed: %s", (typed, name, other) => {
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
  ])("%s", (_how, typed, name) => {
    expect(chooseOrg(typed, someFacts(), [...ORGS, org("meant", name)]).guid).toBe("meant");
  });

  it("but never by a name that two have, with the GUIDs of both", () => {
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

it.each(["Sales", "Sale", "Labs"])("no name is concluded from a list that may be incomplete: %j", (typed) => {
  expect(() => chooseOrg(typed, someFacts(), ORGS, false)).toThrow(/may be incomplete.*GUID/);
});

it("a GUID is conclusive, though the list may be incomplete", () => {
  expect(chooseOrg("ORG-SALES", someFacts(), ORGS, false).guid).toBe("org-sales");
});

describe("a GUID that is named", () => {
  const readerOf = (complete: boolean, get: () => Promise<unknown>) => {
    const list = Object.assign(
      [{ orgGuid: "org-sales", orgName: "Sales", parentOrgGuid: null, active: true }],
      {
        complete,
        skipped: [],
      },
    );
    return { orgs: { list: async () => list, get } } as unknown as IncydrReader; // the part that is read
  };
  const hidden = { orgGuid: "org-hidden", orgName: "Hidden", parentOrgGuid: null, active: true };

  it("is looked up by itself where an incomplete list lacks it", async () => {
    const reader = readerOf(false, async () => hidden);
    const { options, complete } = await offeredOrgs(reader, someFacts(), "org-hidden");
    expect(options.map(({ guid }) => guid)).toEqual(["org-hidden", "org-sales"]);
    expect(complete).toBe(false);
  });

  it.each([
    ["the list is complete", true, "org-hidden"],
    ["the list has it", false, "ORG-sales"],
    ["it is no GUID", false, "Sales & more"],
    ["none is named", false, null],
  ])("isn't where %s", async (_, complete, named) => {
    const reader = readerOf(complete, () => Promise.reject(new Error("it was asked for")));
    expect((await offeredOrgs(reader, someFacts(), named)).options).toHaveLength(1);
  });

  it("is left out where Incydr doesn't know it", async () => {
    const error = new IncydrError("not_found", "No such organization.", { sent: "yes" });
    const reader = readerOf(false, () => Promise.reject(error));
    expect((await offeredOrgs(reader, someFacts(), "org-gone")).options).toHaveLength(1);
  });

  it("isn't taken for unknown where Incydr doesn't answer", async () => {
    const error = new IncydrError("unavailable", "Away.", { sent: "yes" });
    const reader = readerOf(false, () => Promise.reject(error));
    await expect(offeredOrgs(reader, someFacts(), "org-gone")).rejects.toBe(error);
  });
});

it("an organization of which Incydr doesn't say whether it is active can be chosen", async () => {
  const list = Object.assign(
    [{ orgGuid: "org-sales", orgName: "Sales", parentOrgGuid: null, active: null }],
    {
      complete: true,
      skipped: [],
    },
  );
  const reader = { orgs: { list: async () => list } } as unknown as IncydrReader; // the part that is read
  expect((await offeredOrgs(reader, someFacts())).options).toMatchObject([
    { guid: "org-sales", active: true },
  ]);
});
