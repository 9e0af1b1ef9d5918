import fc from "fast-check";
import { expect, it } from "vitest";
import { shortened } from "../../../src/kernel/shortened.ts";

it.each([
  ["an emoji", "ab😀cd", 4, "ab…"],
  ["a family", "a👨‍👩‍👧‍👦b", 11, "a…"],
  ["a flag", "🇩🇰🇩🇰", 6, "🇩🇰…"],
  ["a letter with marks", "xe\u0301\u0302y", 3, "x…"],
  ["a Hangul syllable in parts", "\u1112\u1161\u11AB\u1112\u1161\u11AB", 5, "\u1112\u1161\u11AB…"],
  ["a line break of two characters", "ab\r\ncd", 4, "ab…"],
])("a text is cut before %s, not within it", (_before, text, longest, short) => {
  expect(shortened(text, longest)).toBe(short);
});

it("a text that is as long as its room stays whole", () => {
  expect([shortened("abcd", 4), shortened("abcde", 4)]).toEqual(["abcd", "abc…"]);
});

it("a text is cut between characters that people see, and as late as possible", () => {
  const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 2, max: 20 }), (text, longest) => {
      const short = shortened(text, longest);
      if (short === text) return;
      const ends = [...segmenter.segment(text)].map(({ index }) => index).filter((end) => end < longest);
      expect(short).toBe(`${text.slice(0, ends.at(-1))}…`);
    }),
  );
});

it("a pile of marks without end is cut, and no character is cut in half", () => {
  expect(shortened(`a${"\u0301".repeat(500)}`, 100)).toHaveLength(100);
  expect(shortened("\u{1F3FB}".repeat(500), 100).isWellFormed()).toBe(true);
});

it("a text that is short enough has no half character left", () => {
  expect(shortened("a\uD83D\0", 8)).toBe("a\uFFFD\uFFFD");
});
