import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  foldedLine,
  foldName,
  quotedLines,
  saysSomething,
  withoutInvisible,
} from "../../../src/kernel/visible-text.ts";

it.each([
  ["no characters", ""],
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
  ["punctuation that can be an emoji", "‼⁉〰‼\uFE0F〰\uFE0F#\uFE0F\u20E3"],
  ["symbols that are no emoji without a selector", "▪▫☎"],
  ["unassigned characters", "\u{1F8FF}"],
  ["letters that are marks", "ーˈʹｰـ"],
])("a text of nothing but %s says nothing", (_of, text) => {
  expect(saysSomething(text)).toBe(false);
});

it.each([
  ...["x", "7", "я", "走", "ع", "한", "٣", "ｱ", " – a – ", "ー あ"],
  ...["👍🏽", "🎉", "🇸🇪", "❤\uFE0F", "👩\u200D💻", "7\uFE0F\u20E3"],
])("a text with a letter, digit or emoji says something: %s", (text) => {
  expect(saysSomething(text)).toBe(true);
});

it("a text without its invisible characters keeps all others", () => {
  expect(withoutInvisible("a\u200Bb\u00ADc\u2800d e\u0301 😀")).toBe("abc d e\u0301 😀");
});

it.each([
  ["in lower case", "Alert EMAILS", "alert emails"],
  ["composed", "Zoe\u0308", "zo\u00EB"],
  ["composed where only its lower case has a composed letter", "J\u030Cem", "\u01F0em"],
  ["without a zero-width non-joiner", "می\u200Cخواهم", "میخواهم"],
  ["without a variation selector", "❤\uFE0F Care", "❤ care"],
  ["with a plain apostrophe", "People\u2019s Team", "people's team"],
  ["with plain quotes", "\u201CSkunk\u201D Works", '"skunk" works'],
  ["with a plain hyphen", "Optics\u2011Lab", "optics-lab"],
  ["with single blanks", " Sales\u00A0 \tEMEA ", "sales emea"],
  ["with single blanks of ASCII", " Sales   EMEA ", "sales emea"],
])("a name is compared %s", (_how, name, folded) => {
  expect(foldName(name)).toBe(folded);
  expect(foldName(folded)).toBe(folded);
});

it("a name that was folded once stays the same", () => {
  const sign = fc.constantFrom(..."aÅ\u0301\u200D\u2019\u2011 \u00A0\u2800İΣ", "é");
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: sign }));
  fc.assert(fc.property(text, (name) => foldName(foldName(name)) === foldName(name)));
});

/** Characters by which a text could leave its line, turn it around, or hide in it. */
const HARMFUL = [
  ...["\n", "\r", "\r\n", "\v", "\f", "\t", "\u0085", "\u2028", "\u2029", "\0", "\u0007", "\u001B", "\u009F"],
  ...["\u202A", "\u202B", "\u202C", "\u202D", "\u202E", "\u2066", "\u2067", "\u2068", "\u2069"],
  ...["\u200B", "\u200E", "\u200F", "\u061C", "\u2060", "\uFEFF", "\u00AD", "\u3164", "\u{E0041}"],
];
const typed = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...HARMFUL, " ", "\u0301", "👩‍🚀"),
    fc.string({ unit: "binary", maxLength: 2 }),
  ),
});

describe("a text that is folded into a line", () => {
  it("has no line end, no sign of direction, and nothing invisible but signs that shape characters", () => {
    fc.assert(
      fc.property(typed, (text) => {
        const folded = foldedLine(text);
        expect(folded).not.toMatch(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C]/u);
        expect(folded).not.toMatch(/[\u200B\u2060\uFEFF\u00AD\u3164]|\s{4}|\p{M}{9}/u);
        expect(folded.length).toBeLessThanOrEqual(text.length);
        expect(folded.isWellFormed()).toBe(true);
        expect(foldedLine(folded)).toBe(folded);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    "plain words, äöü, 漢字, עברית, العربية",
    "क्‍ष and می‌خواهم",
    "👩‍🚀 ❤️ 👍🏽 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ☎︎",
    "e\u0301 and ạ̈",
    "<!channel> *bold* · a | b",
  ])("stays as it is if it harms nothing: %s", (text) => {
    expect(foldedLine(text)).toBe(text);
  });

  it("has no long blank and no high stack of marks, even if signs that join stand between them", () => {
    expect(foldedLine(`INC-1${" \u200D".repeat(90)}✅`)).toBe("INC-1 \u200D✅");
    expect(foldedLine(`INC-1${"\u2800\uFE0F".repeat(90)}✅`)).toBe("INC-1 \uFE0F✅");
    expect(foldedLine(`a${"\u0301\u200C".repeat(90)}b`)).toBe(`a${"\u0301\u200C".repeat(8)}b`);
  });

  it("shows where a control character was", () => {
    expect(foldedLine("user\u202Egpj.exe\u0007")).toBe("user\uFFFDgpj.exe\uFFFD");
    expect(foldedLine("one\r\ntwo\u2028three\tfour")).toBe("one two three four");
  });
});

it("a quotation keeps its lines, folds each of them, and is bounded", () => {
  expect(quotedLines("\n one\u202E\r\n\ttwo\u0085three\n", 30)).toBe("one\uFFFD\n two\nthree");
  expect(quotedLines("a\nb\nc\nd", 2)).toBe("a\nb\n…");
});
