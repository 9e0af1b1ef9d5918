import fc from "fast-check";
import { expect, it } from "vitest";
import { isStorable, storable, storableJson, storableText } from "../../../src/kernel/storable-text.ts";

it.each([
  ["a\0b", "a\uFFFDb"],
  ["a\uD83D", "a\uFFFD"],
  ["\uDE00b", "\uFFFDb"],
  ["😀 \\u0000 \\ud83d", "😀 \\u0000 \\ud83d"],
])("only characters that can't be stored are replaced in %j", (text, stored) => {
  expect(storableText(text)).toBe(stored);
  expect(JSON.parse(storableJson({ text, [text]: [text] }))).toEqual({ text: stored, [stored]: [stored] });
  expect(storable({ text })).toEqual({ text: stored });
});

it("in JSON for the database each text and each name is storable", () => {
  const text = fc.string({
    unit: fc.constantFrom("\0", "\uD83D", "\uDE00", "\\", "u", "0", "d", "8", '"', "a"),
  });
  fc.assert(
    fc.property(fc.dictionary(text, fc.oneof(text, fc.array(text))), (value) => {
      const texts = (each: unknown): string[] =>
        typeof each === "string"
          ? [each]
          : Object.entries(each as object).flatMap(([name, member]) => [name, ...texts(member)]);
      const stored: unknown = JSON.parse(storableJson(value));
      expect(texts(stored).every(isStorable)).toBe(true);
      if (texts(value).every(isStorable)) expect(storable(value)).toBe(value);
    }),
  );
});
