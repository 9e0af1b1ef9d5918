import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { menuOption, optionGroup } from "../../../sandbox/slack/blocks/composition-objects.ts";
import { checkBlocks } from "../../../sandbox/slack/blocks/validate-blocks.ts";
import { createSearchRoles } from "../../../src/change-requests/drafting/offered-roles.ts";
import { LISTENERS } from "../../../src/slack/listeners/listeners.ts";
import { changeFormView } from "../../../src/slack/views/change-form-view.ts";
import type { RoleRef } from "../../../src/subjects/index.ts";
import { someFacts } from "../../support/domain-objects.ts";
import { someDraft } from "../../support/draft-objects.ts";
import { DRAFT, setUpListeners } from "../../support/heard-listeners.ts";
import { somePreparedDraft } from "./some-prepared-draft.ts";

/** Bytes of a view as JSON, of which Slack refuses more. */
const LONGEST_VIEW = 250_000;
const MOST_ROLES = 500;

const HOSTILE = [
  "\u202Eתפקיד\u2066",
  "x".repeat(10_000),
  "\\".repeat(300),
  "a\n\u0007\r\n3 roles can be added",
  "<!channel> <@U0NADIA|nadia> *bold* &lt;",
  "👩‍👩‍👧‍👦".repeat(40),
  "\u200B",
  "",
];

const name = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", maxLength: 300 }));
const roles = fc
  .array(name, { minLength: 1, maxLength: MOST_ROLES, size: "max" })
  .map((names) => names.map((each, index): RoleRef => ({ id: `role-${index}`, name: each })));

/** 500 roles whose names begin with a number. */
const NUMBERED = Array.from({ length: MOST_ROLES }, (_, index) => ({
  id: `role-${index}`,
  name: `Role ${1_000 + index} ${HOSTILE[index % HOSTILE.length]}`,
}));

describe("the menu of the roles of a form", () => {
  it("is valid with up to 500 roles of any names, and has each of them or is searched", () => {
    fc.assert(
      fc.property(roles, fc.constantFrom("add_roles", "remove_roles", "replace_roles"), (offered, kind) => {
        const held = offered.slice(0, 100);
        const form = changeFormView(
          somePreparedDraft({ kind, roleOptions: offered, facts: someFacts({ roles: held }) }),
        );
        expect(checkBlocks(form.blocks, { surface: "modal" })).toMatchObject({ ok: true });
        expect(Buffer.byteLength(JSON.stringify(form))).toBeLessThanOrEqual(LONGEST_VIEW);
        const { element } = form.blocks.find(({ block_id }) => block_id === "roles") as {
          element: { type: string; options?: { value: string }[] };
        }; // the field of the roles has a menu
        if (element.type !== "multi_external_select")
          expect(element.options?.map(({ value }) => value)).toEqual(offered.map(({ id }) => id));
      }),
      { numRuns: 40 },
    );
  });

  /** The answer of the bot to a search among the roles. */
  async function search(roleOptions: readonly RoleRef[], typed: string) {
    const draft = someDraft({ facts: someFacts(), roleOptions });
    const searchRoles = createSearchRoles({ menuDraft: async () => draft });
    const { acks } = await setUpListeners({ parts: () => ({ searchRoles }) }).hear(
      LISTENERS.menus.draft_roles,
      {
        body: { user: { id: "U0MAYA" }, view: { private_metadata: DRAFT } },
        payload: { value: typed },
      },
    );
    const answer = z
      .union([
        z.strictObject({ options: z.array(menuOption).max(100) }),
        z.strictObject({ option_groups: z.array(optionGroup).length(1) }),
      ])
      .parse(acks[0]);
    return "options" in answer
      ? { ids: answer.options.map(({ value }) => value), says: "" }
      : {
          ids: answer.option_groups.flatMap(({ options }) => options.map(({ value }) => value)),
          says: answer.option_groups[0]?.label.text,
        };
  }

  it("finds each of 500 roles by its name, and says nothing of others", async () => {
    for (const { id, name: roleName } of NUMBERED)
      expect(await search(NUMBERED, roleName.slice(0, 9))).toEqual({ ids: [id], says: "" });
  });

  it("says that there may be more roles than the hundred that it shows", async () => {
    const all = await search(NUMBERED, "");
    expect(all.ids).toHaveLength(100);
    expect(all.says).toBe("A menu shows at most 100. To find others, type more letters.");
    expect((await search(NUMBERED.slice(0, 99), "")).says).toBe("");
  });

  it("answers any search among roles of any names with valid options", async () => {
    await fc.assert(
      fc.asyncProperty(roles, name, async (offered, typed) => {
        expect((await search(offered, typed)).ids.length).toBeLessThanOrEqual(100);
      }),
      { numRuns: 40 },
    );
  });
});
