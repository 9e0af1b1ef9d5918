import { describe, expect, it } from "vitest";
import { saysSomething, withoutInvisible } from "../../../src/kernel/visible-text.ts";

describe("a text says nothing", () => {
  it.each([
    ["nothing", ""],
    ["blanks", " \t\n\u00A0\u2003\u3000"],
    ["a zero-width space", "\u200B"],
    ["a braille blank", "\u2800"],
    ["a Hangul filler", "\u3164"],
    ["other Hangul fillers", "\u115F\u1160\uFFA0"],
    ["a hieroglyph's blank", "\u{13441}\u{13442}"],
    ["direction marks", "\u200E\u202E\u2066"],
    ["variation selectors", "\uFE0F\u{E0100}"],
    ["tags", "\u{E0041}\u{E0042}"],
    ["combining marks", "\u0301\u0489\u20DD"],
    ["control characters", "\u0007\u001B"],
    ["a full stop", "."],
    ["dashes", "---"],
    ["an ellipsis", "…"],
    ["other punctuation", "?!/@#«»。"],
  ])("that is only %s", (_what, text) => {
    expect(saysSomething(text)).toBe(false);
  });
});

it.each(["x", "7", "я", "走", "ع", "한", "٣", "ｱ", " – a – ", "👍🏽", "🎉"])(
  "a text with a letter, digit or emoji says something: %s",
  (text) => {
    expect(saysSomething(text)).toBe(true);
  },
);

it("takes out characters that show nothing, and keeps all others", () => {
  expect(withoutInvisible("a\u200Bb\u00ADc\u2800d e\u0301 😀")).toBe("abc d e\u0301 😀");
});
