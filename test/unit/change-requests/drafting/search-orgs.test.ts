import { expect, it } from "vitest";
import { createSearchOrgs } from "../../../../src/change-requests/drafting/offered-orgs.ts";
import type { Draft, UnitOfWork } from "../../../../src/change-requests/index.ts";
import { someFacts } from "../../../support/domain-objects.ts";

const ORGS = [
  { guid: "org-research", name: "Research", parent: "Harborlight", active: true },
  { guid: "org-emea", name: "EMEA", parent: "Sales", active: true },
  { guid: "org-sales", name: "Sales", parent: "Harborlight", active: true },
  { guid: "org-closed", name: "Old Sales", parent: null, active: false },
];

function searchIn(orgOptions: Draft["orgOptions"]) {
  const draft = { opener: { slackUserId: "U0MAYA", email: null }, facts: someFacts(), orgOptions };
  const tx = { drafts: { lock: async () => draft } };
  return createSearchOrgs({ uow: { run: (work) => work(tx as never) } as UnitOfWork }); // only this is read
}

it("finds organizations by a part of their name or of the one above, in any case", async () => {
  const found = await searchIn(ORGS)("draft", "U0MAYA", " SALE");
  expect(found.map(({ guid }) => guid)).toEqual(["org-emea", "org-sales"]);
});

it("finds organizations whatever quotes, hyphens and invisible characters their names have", async () => {
  const named = (name: string) => [{ guid: "meant", name, parent: null, active: true }];
  expect(await searchIn(named("People's Team"))("draft", "U0MAYA", "people’s")).toHaveLength(1);
  expect(await searchIn(named("می\u200Cخواهم"))("draft", "U0MAYA", "میخ")).toHaveLength(1);
});

it("finds nothing for anybody but whoever opened the form", async () => {
  expect(await searchIn(ORGS)("draft", "U0NOOR", "sales")).toEqual([]);
});

it("offers 100 of a tenant that has more, and finds every other by its name", async () => {
  const many = Array.from({ length: 250 }, (_, index) => ({
    guid: `org-${index}`,
    name: `Team ${1000 + index}`,
    parent: null,
    active: true,
  }));
  expect(await searchIn(many)("draft", "U0MAYA", "")).toHaveLength(100);
  expect((await searchIn(many)("draft", "U0MAYA", "team 1249")).map(({ guid }) => guid)).toEqual(["org-249"]);
});
