import { expect, it } from "vitest";
import { channelRuleSchema, isChannelNamed } from "../../../src/config/channel-rules.ts";

function isNamed(rule: string, channel: { id?: string; name?: string }): boolean {
  return isChannelNamed([channelRuleSchema.parse(rule)], { id: "C0OTHER", name: "other", ...channel });
}

it.each([
  ["inc-*", "inc-4711", true],
  ["inc-*", "inc-", true],
  ["inc-*", "public-inc-4711", false],
  ["*-inc-*", "eu-inc-4711", true],
  ["inc-*-war", "inc-4711-war", true],
  ["inc-*-war", "inc-4711-warm", false],
  ["#vorfälle-*", "vorfälle-1", true],
  ["inc", "inc-4711", false],
  ["*", "anything", true],
  ["inc-*-inc", "inc-inc", false],
  ["*-inc-*-inc", "x-inc-inc", false],
  ["inc*c", "inc", false],
])("the pattern %s matches a whole name, such as %s: %s", (pattern, name, isMatch) => {
  expect(isNamed(pattern, { name })).toBe(isMatch);
});

it("a rule with an id names that channel alone, whatever its name is", () => {
  expect(isNamed("C0INC4711", { id: "C0INC4711", name: "renamed" })).toBe(true);
  expect(isNamed("C0INC4711", { name: "c0inc4711" })).toBe(false);
});

it("a list of no rules names no channel", () => {
  expect(isChannelNamed([], { id: "C0INC4711", name: "inc-4711" })).toBe(false);
});
