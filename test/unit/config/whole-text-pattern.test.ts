import { describe, expect, it } from "vitest";
import { loadConfig } from "../../../src/config/index.ts";
import { backtrackingPattern, linearPattern } from "../../../src/config/whole-text-pattern.ts";
import { validEnvironment } from "./valid-environment.ts";

interface Pattern {
  readonly source: string;
  test(text: string): boolean;
}

/** Expects the pattern to match as JavaScript does: the one text and not the other. */
function expectMatches(pattern: Pattern | undefined, text: string, matching: string, other: string) {
  const inJavaScript = new RegExp(`^(?:${text})$`, "u");
  for (const tested of [matching, other, ""]) expect(pattern?.test(tested)).toBe(inJavaScript.test(tested));
  expect([pattern?.test(matching), pattern?.test(other)]).toEqual([true, false]);
  expect(pattern?.source).toBe(`^(?:${text})$`);
}

/** Expects the pattern not to match a hundred times `a`, and to say so soon. */
function expectSoonNoMatch(pattern: Pattern) {
  const before = process.threadCpuUsage();
  expect(pattern.test("a".repeat(100))).toBe(false);
  const { user, system } = process.threadCpuUsage(before);
  expect(user + system).toBeLessThan(500_000);
}

describe("a linear pattern", () => {
  it.each([
    ["[A-Z]+-[0-9]+", "SEC-12", "see SEC-12"],
    ["INC\\d{4,}|CHG\\d+", "INC0042", "INC1"],
    ["(?<team>[a-z]+)/\\d+", "sec/1", "sec/"],
    ["\\p{Lu}+-\\d", "ÄÖ-1", "äö-1"],
    ["#\\u0041\\/\\d+", "#A/7", "#B/7"],
    [".*", "", "a\nb"],
  ])("matches a whole text by %s, as JavaScript does", (text, matching, other) => {
    expectMatches(linearPattern(text), text, matching, other);
  });

  it.each(["(?:a+)+b", "(a|a)*b", "(?:a?){50}a{50}b"])(
    "matches by %s in time that doesn't grow with the possible ways",
    (text) => {
      expectSoonNoMatch(linearPattern(text));
    },
  );
});

describe("a pattern that the linear engine doesn't take", () => {
  it.each([
    ["(?=SEC)[A-Z]+-\\d+", "SEC-12", "INC-12"],
    ["(?!SEC)[A-Z]+-\\d+", "INC-12", "SEC-12"],
    ["([A-Z])\\1-\\d+", "AA-1", "AB-1"],
    ["INC-\\d{1,2000}", "INC-12", "INC-"],
    ["\\p{Script=Greek}+", "αβγ", "abc"],
  ])("matches a whole text by %s, as JavaScript does", (text, matching, other) => {
    const { ticketPattern } = loadConfig({ ...validEnvironment, TICKET_PATTERN: text });
    expectMatches(ticketPattern, text, matching, other);
  });

  it.each(["(?=a)(a+)+b", "(a*)*\\1b"])("gives up a match by %s before it blocks the process", (text) => {
    expectSoonNoMatch(backtrackingPattern(text));
  });

  it("matches after a match that was given up", () => {
    const pattern = backtrackingPattern("(?=a)(a+)+b");
    expect(pattern.test("a".repeat(100))).toBe(false);
    expect(pattern.test("aab")).toBe(true);
  });

  it("matches no text that is longer than a ticket", () => {
    const pattern = backtrackingPattern("(?=a)a+");
    expect(pattern.test("a".repeat(100))).toBe(true);
    expect(pattern.test("a".repeat(101))).toBe(false);
  });
});
