import fc from "fast-check";
import { expect, it } from "vitest";
import { foldedLine } from "../../../../src/kernel/visible-text.ts";
import { shortened } from "../../../../src/slack/texts/rich-text.ts";

it("a text that is short enough stays as it is", () => {
  expect(shortened("as it is", 8)).toBe("as it is");
});

it("a shortened text keeps within the limit, ends with an ellipsis, and cuts no character in half", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 2, max: 20 }), (text, longest) => {
      fc.pre(foldedLine(text) === text);
      const short = shortened(text, longest);
      expect(short.length).toBeLessThanOrEqual(longest);
      expect(short.isWellFormed()).toBe(true);
      if (short !== text) expect(text.startsWith(short.slice(0, -1)) && short.endsWith("…")).toBe(true);
    }),
  );
});
