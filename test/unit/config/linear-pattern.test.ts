import { expect, it } from "vitest";
import { linearPattern } from "../../../src/config/whole-text-pattern.ts";

it.each([
  ["[A-Z]+-[0-9]+", "SEC-12", "see SEC-12"],
  ["INC\\d{4,}|CHG\\d+", "INC0042", "INC1"],
  ["(?<team>[a-z]+)/\\d+", "sec/1", "sec/"],
  ["\\p{Lu}+-\\d", "ÄÖ-1", "äö-1"],
  ["#\\u0041\\/\\d+", "#A/7", "#B/7"],
  [".*", "", "a\nb"],
])("matches a whole text by %s, as JavaScript does", (text, matching, other) => {
  const pattern = linearPattern(text);
  const inJavaScript = new RegExp(`^(?:${text})$`, "u");
  for (const tested of [matching, other]) expect(pattern.test(tested)).toBe(inJavaScript.test(tested));
  expect([pattern.test(matching), pattern.test(other)]).toEqual([true, false]);
  expect(pattern.source).toBe(`^(?:${text})$`);
});

it.each(["(?:a+)+b", "(a|a)*b", "(?:a?){50}a{50}b"])(
  "matches by %s in time that doesn't grow with the possible ways",
  (text) => {
    const before = process.threadCpuUsage();
    expect(linearPattern(text).test("a".repeat(100))).toBe(false);
    const { user, system } = process.threadCpuUsage(before);
    expect(user + system).toBeLessThan(500_000);
  },
);
