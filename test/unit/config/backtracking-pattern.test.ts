import { describe, expect, it } from "vitest";
import { loadConfig } from "../../../src/config/index.ts";
import { backtrackingPattern } from "../../../src/config/whole-text-pattern.ts";
import { validEnvironment } from "./valid-environment.ts";

/** How the first release made a pattern. */
const firstRelease = (text: string) => new RegExp(`^(?:${text})$`, "u");

describe("a pattern that the linear engine doesn't take is matched as by the first release", () => {
  it.each([
    ["(?=SEC)[A-Z]+-\\d+", "SEC-12", "INC-12"],
    ["(?!SEC)[A-Z]+-\\d+", "INC-12", "SEC-12"],
    ["([A-Z])\\1-\\d+", "AA-1", "AB-1"],
    ["INC-\\d{1,2000}", "INC-12", "INC-"],
    ["\\p{Script=Greek}+", "αβγ", "abc"],
  ])("%s", (text, matching, other) => {
    const { ticketPattern } = loadConfig({ ...validEnvironment, TICKET_PATTERN: text });
    for (const tested of [matching, other, ""])
      expect(ticketPattern?.test(tested)).toBe(firstRelease(text).test(tested));
    expect([ticketPattern?.test(matching), ticketPattern?.test(other)]).toEqual([true, false]);
    expect(ticketPattern?.source).toBe(`^(?:${text})$`);
  });
});

it.each(["(?=a)(a+)+b", "(a*)*\\1b"])("gives up a match by %s before it blocks the process", (text) => {
  const before = process.threadCpuUsage();
  expect(backtrackingPattern(text).test("a".repeat(100))).toBe(false);
  const { user, system } = process.threadCpuUsage(before);
  expect(user + system).toBeLessThan(500_000);
});

it("matches after a match that was given up", () => {
  const pattern = backtrackingPattern("(?=a)(a+)+b");
  expect(pattern.test("a".repeat(100))).toBe(false);
  expect(pattern.test("aab")).toBe(true);
});

it("tries no text that is longer than a ticket", () => {
  const pattern = backtrackingPattern("(?=a)a+");
  expect(pattern.test("a".repeat(100))).toBe(true);
  expect(pattern.test("a".repeat(101))).toBe(false);
});
