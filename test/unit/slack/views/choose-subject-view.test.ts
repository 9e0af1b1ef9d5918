import { expect, it } from "vitest";
import { plain } from "../../../../src/slack/texts/rich-text.ts";
import { chooseSubjectView, readChoice } from "../../../../src/slack/views/choose-subject-view.ts";
import { readable } from "../block-texts.ts";

const KIND = { value: { selected_option: { value: "move" } } };
const menu = (value: string) => ({ draft_subject: { selected_option: { value } } });
const CANDIDATE = { value: { selected_option: { value: "named@harborlight.example" } } };

it.each([
  ["a suggested user", { who: menu("id:42") }, { who: "42", isSuggested: true }],
  ["a typed user", { who: menu("typed:ann") }, { who: "ann", isSuggested: false }],
  ["a chosen user before a named one", { who: menu("id:42"), candidate: CANDIDATE }, { who: "42" }],
  ["a user named in the message", { candidate: CANDIDATE }, { who: "named@harborlight.example" }],
  ["the text of an earlier version's form", { who: { value: { value: " ann " } } }, { who: "ann" }],
  ["nobody", { who: { draft_subject: { selected_option: null } } }, { who: null, isSuggested: false }],
  ["nobody, with a text that is too long", { who: menu("typed:") }, { who: null }],
])("the form reads %s", (_what, state, expected) => {
  expect(readChoice({ ...state, kind: KIND })).toMatchObject({ ...expected, kind: "move", emergency: false });
});

it("the menu of users must be filled in unless the message names a user", () => {
  const menuOf = (named: readonly string[]) =>
    chooseSubjectView("d", named, { isFrozen: false }).blocks.find(({ block_id }) => block_id === "who");
  expect(menuOf([])).toMatchObject({ optional: false });
  expect(menuOf(["named@harborlight.example"])).toMatchObject({ optional: true });
});

it("the form that asks again shows the fault below the user, and keeps the typed text and the change", () => {
  const again = { fault: [[plain("Incydr has no user “ann”.")]], typed: "ann" };
  const chosen = { kind: "move", emergency: false } as const;
  const { blocks } = chooseSubjectView("d", [], { isFrozen: false, chosen, again });
  const at = blocks.findIndex(({ block_id }) => block_id === "who");
  expect(blocks[at]).toMatchObject({ element: { initial_option: { value: "typed:ann" } } });
  expect(readable(blocks[at + 1])).toContain("Incydr has no user “ann”.");
  expect(blocks.at(-1)).toMatchObject({ element: { initial_option: { value: "move" } } });
});
