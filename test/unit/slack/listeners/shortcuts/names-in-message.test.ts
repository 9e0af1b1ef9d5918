import { expect, it } from "vitest";
import { namesInMessage } from "../../../../../src/slack/listeners/shortcuts/act-on-user.ts";

it("addresses are found in the text, the blocks and the attachments, each once", () => {
  const message = {
    text: "Alert for Nadia.Petrov@harborlight.example",
    blocks: [
      {
        type: "rich_text",
        elements: [
          { type: "rich_text_section", elements: [{ type: "text", text: "b@x.example, c@x.example" }] },
        ],
      },
    ],
    attachments: [
      { fields: [{ title: "User", value: "nadia.petrov@harborlight.example" }, { value: "d@x.example" }] },
    ],
  };
  expect(namesInMessage(message)).toEqual([
    "nadia.petrov@harborlight.example",
    "b@x.example",
    "c@x.example",
    "d@x.example",
  ]);
});

it.each([
  ["a plus", "victor.hale+lab@harborlight.example", ["victor.hale+lab@harborlight.example"]],
  ["letters that aren't ASCII", "pär.öberg@harborlight.example", ["pär.öberg@harborlight.example"]],
  ["an apostrophe", "o'brien@x.example", ["o'brien@x.example"]],
  ["Slack's link", "<mailto:a@x.example|a@x.example>", ["a@x.example"]],
  ["a sentence's end", "Ask a@x.example. Or b@x.example!", ["a@x.example", "b@x.example"]],
  ["brackets", "(a@x.example) &lt;b@x.example&gt;", ["a@x.example", "b@x.example"]],
  ["no domain", "a@b @c d@", []],
  ["a mention", "<@U0NADIA>", []],
])("a text with %s gives the right names", (_what, text, names) => {
  expect(namesInMessage({ text })).toEqual(names);
});

it("at most twenty names are offered", () => {
  const text = Array.from({ length: 30 }, (_, index) => `user${index}@x.example`).join(" ");
  expect(namesInMessage({ text })).toHaveLength(20);
});

it.each([null, undefined, 7, {}, [], { text: null }])("no name is found in %j", (message) => {
  expect(namesInMessage(message)).toEqual([]);
});

it("a name of at most 150 characters is offered, since Slack takes no more", () => {
  const name = (length: number) => `${"n".repeat(length - "@x.example".length)}@x.example`;
  for (const [length, names] of [
    [150, [name(150)]],
    [151, []],
    [400, []],
  ] as const)
    expect(namesInMessage({ text: name(length) })).toEqual(names);
});
