import { expect, it } from "vitest";
import { createSearchRoles } from "../../../../src/change-requests/drafting/offered-roles.ts";
import { someFacts } from "../../../support/domain-objects.ts";
import { someDraft } from "../../../support/draft-objects.ts";
import { menusOf } from "../../../support/stub-menus.ts";

const ROLES = Array.from({ length: 500 }, (_, index) => ({ id: `r${index}`, name: `Röle ${1000 + index}` }));

function searchIn(facts = someFacts()) {
  const draft = someDraft({ facts, roleOptions: ROLES });
  return createSearchRoles(menusOf(draft));
}

it("the search finds each of 500 roles by a part of its name in any case, and offers 100 at most", async () => {
  expect(await searchIn()("draft", "U0MAYA", "")).toHaveLength(100);
  for (const { id, name } of ROLES)
    expect((await searchIn()("draft", "U0MAYA", ` ${name.toUpperCase()}`)).map((role) => role.id)).toEqual([
      id,
    ]);
});

it("the search finds nothing for a person who did not open the form", async () => {
  expect(await searchIn()("draft", "U0NOOR", "röle")).toEqual([]);
});
