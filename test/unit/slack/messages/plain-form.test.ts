import fc from "fast-check";
import { expect, it } from "vitest";
import { checkBlocks } from "../../../../sandbox/slack/blocks/validate-blocks.ts";
import { plainForms } from "../../../../src/slack/messages/plain-form.ts";
import { message } from "../../../../src/slack/texts/message.ts";
import {
  bold,
  bullet,
  channel,
  lines,
  link,
  moment,
  person,
  plain,
  quote,
  richText,
} from "../../../../src/slack/texts/rich-text.ts";
import { textsIn } from "../block-texts.ts";

const textsOf = (form: { readonly blocks: readonly unknown[] } | undefined) =>
  textsIn(form?.blocks).map(({ text }) => text);

it("a plain form has the texts of all blocks, quotations and lists as such", () => {
  const said = message("Summary", [
    { type: "header", text: { type: "plain_text", text: "Devices" } },
    { type: "divider" },
    richText(lines([bold("Of "), person("U0NADIA"), plain(" in "), channel("C0A")], quote("a\nb"))),
    richText([bullet(link("https://x.example", "page")), bullet(moment(new Date("2026-11-01T09:00:00Z")))]),
    {
      type: "table",
      rows: [
        [
          { type: "raw_text", text: "Name" },
          { type: "raw_text", text: "OS" },
        ],
        [{ type: "raw_text", text: "LT-1" }, richText(lines([plain("Windows")]))],
        [
          { type: "raw_text", text: "LT-2" },
          { type: "raw_text", text: "not known" },
        ],
      ],
    },
    { type: "context", elements: [{ type: "plain_text", text: "SCIM" }] },
  ]);
  const [form, ...others] = plainForms(said);
  expect(others).toEqual([]);
  expect(form?.text).toBe("Summary");
  expect(form?.blocks.map((block) => block.type === "section" && block.text?.type)).toEqual(["plain_text"]);
  expect(textsOf(form).join("\n").split("\n")).toEqual([
    ...["Devices", "", "Of @U0NADIA in #C0A", "> a", "> b", ""],
    ...["• page https://x.example", "• 2026-11-01 09:00 UTC", ""],
    ...["Name: LT-1", "OS: Windows", "", "Name: LT-2", "OS: not known", "", "SCIM"],
  ]);
});

it("a plain form says that a menu beside a text is lost", () => {
  const option = { text: { type: "plain_text" as const, text: "Look up" }, value: "look_up" };
  const [form] = plainForms({
    text: "Users",
    blocks: [
      {
        type: "section",
        text: { type: "plain_text", text: "Nadia" },
        accessory: { type: "overflow", action_id: "a", options: [option] },
      },
    ],
  });
  expect(textsOf(form)).toEqual(["Nadia", "Some buttons or menus of this answer could not be shown."]);
});

it("a message without texts has no plain form", () => {
  expect(plainForms({ text: "a", blocks: [{ type: "divider" }] })).toEqual([]);
});

it("a plain form of any text is valid, and loses none of it", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "🧊", " b\nc", "x".repeat(1_500)), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
      const said = message("Summary", [richText(lines(...texts.map((each) => [plain(`.${each}`)])))]);
      const [form] = plainForms(said);
      expect(checkBlocks(form?.blocks, { surface: "message" })).toMatchObject({ ok: true });
      const letters = (shown: string) => shown.replace(/\s/g, "");
      expect(letters(textsOf(form).join(""))).toBe(
        letters(
          textsIn(said.blocks)
            .map(({ text }) => text)
            .join(""),
        ),
      );
    }),
  );
});
