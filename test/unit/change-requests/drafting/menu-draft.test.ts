import { expect, it } from "vitest";
import { RECENT } from "../../../../src/authorization/index.ts";
import { someDraft } from "../../../support/draft-objects.ts";
import { menusOf } from "../../../support/stub-menus.ts";

const DRAFT = someDraft();

it("each menu of a form asks the policies whether its person may list, and only the first is audited", async () => {
  const { menuDraft, asked, audited } = menusOf(DRAFT);
  await Promise.all([menuDraft(DRAFT.id, "U0MAYA"), menuDraft(DRAFT.id, "U0MAYA")]);
  expect(await menuDraft(DRAFT.id, "U0MAYA")).toEqual(DRAFT);
  const question = { slackUserId: "U0MAYA", action: "list", freshness: RECENT };
  // With the id of the attempt, the authorizer audits a forbidden attempt once.
  expect(asked).toEqual(Array(3).fill({ ...question, attemptId: `suggestions of ${DRAFT.id}` }));
  expect(audited).toEqual([
    expect.objectContaining({ kind: "suggestions.shown", subject: null, details: { draft: DRAFT.id } }),
  ]);
});

it("a menu of a person who may not list fails, and no suggestions are audited", async () => {
  const { menuDraft, audited } = menusOf(DRAFT, { isForbidden: true });
  await expect(menuDraft(DRAFT.id, "U0MAYA")).rejects.toMatchObject({ code: "forbidden" });
  expect(audited).toEqual([]);
});

it.each([
  ["another person's", { by: "U0NOOR", draft: DRAFT }],
  ["an unknown", { by: "U0MAYA", draft: null }],
  ["an expired", { by: "U0MAYA", draft: someDraft({ expiresAt: new Date("2026-11-01T08:59:59Z") }) }],
])("the menu of %s form gives nothing, and asks and audits nothing", async (_whose, { by, draft }) => {
  const { menuDraft, asked, audited } = menusOf(draft);
  expect(await menuDraft(DRAFT.id, by)).toBeNull();
  expect([asked, audited]).toEqual([[], []]);
});
