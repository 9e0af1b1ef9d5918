import { expect, it } from "vitest";
import { createSearchOrgs } from "../../../../src/change-requests/drafting/offered-orgs.ts";
import type { Draft } from "../../../../src/change-requests/index.ts";
import { someFacts } from "../../../support/domain-objects.ts";
import { someDraft } from "../../../support/draft-objects.ts";
import { menusOf } from "../../../support/stub-menus.ts";

const ORGS = [
  { guid: "org-research", name: "Research", parent: "Harborlight", active: true },
  { guid: "org-emea", name: "EMEA", parent: "Sales", active: true },
  { guid: "org-sales", name: "Sales", parent: "Harborlight", active: true },
  { guid: "org-closed", name: "Old Sales", parent: null, active: false },
];

function searchIn(orgOptions: Draft["orgOptions"]) {
  const draft = someDraft({ facts: someFacts(), orgOptions });
  return createSearchOrgs(menusOf(draft));
}

it("the search finds organizations by a part of their own or their parent's name in any case", async () => {
  const found = await searchIn(ORGS)("draft", "U0MAYA", " SALE");
  expect(found.map(({ guid }) => guid)).toEqual(["org-emea", "org-sales"]);
});

it("the search ignores quotes, hyphens and invisible characters of names", async () => {
  const named = (name: string) => [{ guid: "meant", name, parent: null, active: true }];
  expect(await searchIn(named("People's Team"))("draft", "U0MAYA", "people’s")).toHaveLength(1);
  expect(await searchIn(named("می\u200Cخواهم"))("draft", "U0MAYA", "میخ")).toHaveLength(1);
});

it("the search finds nothing for a person who did not open the form", async () => {
  expect(await searchIn(ORGS)("draft", "U0NOOR", "sales")).toEqual([]);
});

it("the search offers 100 organizations at most, and finds every other one by its name", async () => {
  const many = Array.from({ length: 250 }, (_, index) => ({
    guid: `org-${index}`,
    name: `Team ${1000 + index}`,
    parent: null,
    active: true,
  }));
  expect(await searchIn(many)("draft", "U0MAYA", "")).toHaveLength(100);
  expect((await searchIn(many)("draft", "U0MAYA", "team 1249")).map(({ guid }) => guid)).toEqual(["org-249"]);
});
