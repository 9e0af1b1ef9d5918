import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bold,
  code,
  escapeMrkdwn,
  lines,
  moment,
  plain,
  richText,
  unescapeMrkdwn,
} from "../../../../src/slack/texts/rich-text.ts";

const text = fc.string({
  unit: fc.constantFrom("&", "<", ">", "a", "m", "p", "l", "t", "g", ";", "*", "é", "😀"),
});

describe("escaping", () => {
  it("unescaping undoes the escaping of any text", () => {
    fc.assert(fc.property(text, (some) => unescapeMrkdwn(escapeMrkdwn(some)) === some));
  });

  it("an escaped text has nothing that Slack reads as a link, a mention or another entity", () => {
    fc.assert(
      fc.property(text, (some) => {
        const escaped = escapeMrkdwn(some);
        expect(escaped).not.toMatch(/[<>]/);
        expect(escaped.replaceAll(/&(amp|lt|gt);/g, "")).not.toContain("&");
      }),
    );
  });

  it("unescaping undoes one level only, so that a typed entity stays one", () => {
    expect(unescapeMrkdwn("&amp;lt;")).toBe("&lt;");
    expect(unescapeMrkdwn("&lt;!channel&gt;")).toBe("<!channel>");
    expect(escapeMrkdwn("a < b && c > d")).toBe("a &lt; b &amp;&amp; c &gt; d");
  });
});

describe("rich text", () => {
  it("a text element holds its text as it is, and a blank for an empty text, which Slack refuses", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (some) => {
        expect(plain(some)).toEqual({ type: "text", text: some });
      }),
    );
    expect(plain("")).toEqual({ type: "text", text: " " });
    expect(code("")).toMatchObject({ text: " " });
  });

  it("a rich text has its lines below each other, and no empty list", () => {
    expect(richText(lines([bold("a")], [plain("b")]), [])).toEqual({
      type: "rich_text",
      elements: [
        {
          type: "rich_text_section",
          elements: [
            { type: "text", text: "a", style: { bold: true } },
            { type: "text", text: "\n" },
            { type: "text", text: "b" },
          ],
        },
      ],
    });
  });

  it("a moment is shown in the reader's time zone, and in UTC where Slack can't", () => {
    expect(moment(new Date("2026-11-01T09:30:59.999Z"))).toMatchObject({
      type: "date",
      timestamp: 1_793_525_459,
      fallback: "2026-11-01 09:30 UTC",
    });
  });
});
