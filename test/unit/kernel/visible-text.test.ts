import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldName, saysSomething, withoutInvisible } from "../../../src/kernel/visible-text.ts";

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
    ["punctuation that can be an emoji", "‼⁉〰‼\uFE0F〰\uFE0F#\uFE0F\u20E3"],
    ["symbols that are no emoji without a selector", "▪▫☎"],
    ["a character that Unicode hasn't assigned", "\u{1F8FF}"],
    ["letters that are marks", "ーˈʹｰـ"],
  ])("that is only %s", (_what, text) => {
    expect(saysSomething(text)).toBe(false);
  });
});

it.each([
  "x",
  "7",
  "я",
  "走",
  "ع",
  "한",
  "٣",
  "ｱ",
  " – a – ",
  "👍🏽",
  "🎉",
  "🇸🇪",
  "❤\uFE0F",
  "👩\u200D💻",
  "7\uFE0F\u20E3",
  "ー あ",
])("a text with a letter, digit or emoji says something: %s", (text) => {
  expect(saysSomething(text)).toBe(true);
});

it("takes out characters that show nothing, and keeps all others", () => {
  expect(withoutInvisible("a\u200Bb\u00ADc\u2800d e\u0301 😀")).toBe("abc d e\u0301 😀");
});

describe("a name is compared", () => {
  it.each([
    ["in lower case", "Alert EMAILS", "alert emails"],
    ["composed", "Zoe\u0308", "zo\u00EB"],
    ["without a zero-width non-joiner", "می\u200Cخواهم", "میخواهم"],
    ["without a variation selector", "❤\uFE0F Care", "❤ care"],
    ["with a plain apostrophe", "People\u2019s Team", "people's team"],
    ["with plain quotes", "\u201CSkunk\u201D Works", '"skunk" works'],
    ["with a plain hyphen", "Optics\u2011Lab", "optics-lab"],
    ["with single blanks", " Sales\u00A0 \tEMEA ", "sales emea"],
    ["with single blanks of ASCII", " Sales   EMEA ", "sales emea"],
  ])("%s", (_how, name, folded) => {
    expect(foldName(name)).toBe(folded);
    expect(foldName(folded)).toBe(folded);
  });

  it("as the same after it was folded once", () => {
    const sign = fc.constantFrom(..."aÅ\u0301\u200D\u2019\u2011 \u00A0\u2800İΣ", "é");
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: sign }));
    fc.assert(fc.property(text, (name) => foldName(foldName(name)) === foldName(name)));
  });
});
