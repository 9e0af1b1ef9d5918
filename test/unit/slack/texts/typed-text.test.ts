import fc from "fast-check";
import { expect, it } from "vitest";
import { escapeMrkdwn } from "../../../../src/slack/texts/rich-text.ts";
import { readTypedText, withNames } from "../../../../src/slack/texts/typed-text.ts";

it.each([
  ["&lt;b&gt; &amp;amp; *c*", "<b> &amp; *c*"],
  [
    "user <mailto:nadia.petrov@harborlight.example|nadia.petrov@harborlight.example>",
    "user nadia.petrov@harborlight.example",
  ],
  ["see <https://example.com/a?b=1&amp;c=2>", "see https://example.com/a?b=1&c=2"],
  ["see <http://example.com|example.com>", "see example.com"],
  ["see <http://example.com/a|b>", "see http://example.com/a|b"],
  ["in <#C0GENERAL|general>", "in #general"],
  ["hello <!channel>", "hello <!channel>"],
  ["nothing special", "nothing special"],
])("the text %j is read as it was typed: %j", (sent, typed) => {
  expect(readTypedText(sent)).toBe(typed);
});

it("a mention of a person stays, for the id in it", () => {
  expect(readTypedText("user <@U0NADIA|nadia.petrov>")).toBe("user <@U0NADIA|nadia.petrov>");
});

it("a text that Slack only escaped is read as it was typed", () => {
  fc.assert(fc.property(fc.string(), (typed) => readTypedText(escapeMrkdwn(typed)) === typed));
});

it("a mention is shown by its name", () => {
  expect(withNames("stop <@U0NADIA|nadia.petrov> now")).toBe("stop @nadia.petrov now");
  expect(withNames("stop <@U0NADIA> now")).toBe("stop <@U0NADIA> now");
});
