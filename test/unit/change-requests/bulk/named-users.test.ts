import { expect, it } from "vitest";
import { parseList as parseWithCodes } from "../../../../src/change-requests/bulk/parse-list.ts";
import { worded } from "../../../support/worded.ts";

const parseList = async (text: string, mostSubjects?: number) =>
  worded(await parseWithCodes(text, mostSubjects));

it("names the four people of pasted addresses", async () => {
  const pasted = [
    "<mailto:ann.karlsson@harborlight.example|ann.karlsson@harborlight.example>",
    "mailto:sam.ortega@harborlight.example",
    "Mei Kim <mei.kim@harborlight.example>",
    "“uma.chen@harborlight.example”",
  ];
  const { lines, faults } = await parseList(pasted.join("\n"));
  expect(faults).toEqual([]);
  expect(lines.map(({ line, who }) => ({ line, who }))).toEqual(
    ["ann.karlsson", "sam.ortega", "mei.kim", "uma.chen"].map((name, index) => ({
      line: index + 1,
      who: `${name}@harborlight.example`,
    })),
  );
});

it("finds that two spellings name the same user", async () => {
  const { lines, faults } = await parseList("a@x.example\nMei <mailto:A@x.example>");
  expect(lines).toHaveLength(1);
  expect(faults).toEqual([{ line: 2, text: "A@x.example", fault: "Same as line 1." }]);
});

it("names the lines of JSON with U+0000 and half a character, and uses the others", async () => {
  const { lines, faults } = await parseList(
    ['{"user":"ann.karlsson@harborlight.example"}', '{"user":"x\\u0000y"}', '{"user":"x\\ud83d"}'].join("\n"),
  );
  expect(lines.map(({ who }) => who)).toEqual(["ann.karlsson@harborlight.example"]);
  const fault = expect.stringContaining("a character that can't be read");
  expect(faults).toEqual([
    { line: 2, text: expect.any(String), fault },
    { line: 3, text: expect.any(String), fault },
  ]);
});

it("shows no half character of a line whose 80th is an emoji", async () => {
  const name = `${"x".repeat(79)}😀`;
  const { faults } = await parseList(`user\n"${name}@a.example and b"`);
  expect(faults).toEqual([
    { line: 2, text: `${"x".repeat(79)}…`, fault: expect.stringContaining("other words") },
  ]);
});

it("reads an address with its name in the order of mail programs, also on the first line", async () => {
  const { lines, faults } = await parseList(
    "Karlsson, Ann <ann.karlsson@harborlight.example>\nKim, Mei <mei.kim@harborlight.example>",
  );
  expect(faults).toEqual([]);
  expect(lines.map(({ who }) => who)).toEqual([
    "ann.karlsson@harborlight.example",
    "mei.kim@harborlight.example",
  ]);
});

it.each([
  ["a list", "<@U0ANN>\na@x.example", 1],
  ["a table", "user\n<@U0ANN|Ann Karlsson>\na@x.example", 2],
  ["JSON", '{"user":"<@U0ANN|ann>"}\n{"user":"a@x.example"}', 1],
])("says that a mention names nobody in %s", async (_, text, line) => {
  const { lines, faults } = await parseList(text);
  expect(lines.map(({ who }) => who)).toEqual(["a@x.example"]);
  expect(faults).toEqual([
    {
      line,
      text: expect.stringContaining("<@U0ANN"),
      fault: "Mentions don't work in lists. Write the username or the id.",
    },
  ]);
});

it("refuses a line with several addresses, and names them", async () => {
  const { lines, faults } = await parseList("user\na@x.example; b@x.example");
  expect(lines).toEqual([]);
  expect(faults).toMatchObject([{ line: 2, fault: expect.stringContaining("a@x.example, b@x.example") }]);
});
