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
  ["in <#C0GENERAL|general>", "in #general"],
  ["hello <!channel>", "hello <!channel>"],
  ["nothing special", "nothing special"],
])("reads %j as it was typed: %j", (sent, typed) => {
  expect(readTypedText(sent)).toBe(typed);
});

it("leaves mentions of people as they are, for their ids", () => {
  expect(readTypedText("user <@U0NADIA|nadia.petrov>")).toBe("user <@U0NADIA|nadia.petrov>");
});

it("gives back whatever was typed that Slack only escaped", () => {
  fc.assert(fc.property(fc.string(), (typed) => readTypedText(escapeMrkdwn(typed)) === typed));
});

it("shows mentions by name", () => {
  expect(withNames("stop <@U0NADIA|nadia.petrov> now")).toBe("stop @nadia.petrov now");
  expect(withNames("stop <@U0NADIA> now")).toBe("stop <@U0NADIA> now");
});
