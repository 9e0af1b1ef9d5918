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
  it("is undone by unescaping, whatever the text is", () => {
    fc.assert(fc.property(text, (some) => unescapeMrkdwn(escapeMrkdwn(some)) === some));
  });

  it("leaves nothing that Slack reads as a link, a mention or an entity of its own", () => {
    fc.assert(
      fc.property(text, (some) => {
        const escaped = escapeMrkdwn(some);
        expect(escaped).not.toMatch(/[<>]/);
        expect(escaped.replaceAll(/&(amp|lt|gt);/g, "")).not.toContain("&");
      }),
    );
  });

  it("undoes one level only: what was typed as an entity stays one", () => {
    expect(unescapeMrkdwn("&amp;lt;")).toBe("&lt;");
    expect(unescapeMrkdwn("&lt;!channel&gt;")).toBe("<!channel>");
    expect(escapeMrkdwn("a < b && c > d")).toBe("a &lt; b &amp;&amp; c &gt; d");
  });
});

describe("rich text", () => {
  it("holds text exactly as it is, and a blank where Slack refuses nothing at all", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (some) => {
        expect(plain(some)).toEqual({ type: "text", text: some });
      }),
    );
    expect(plain("")).toEqual({ type: "text", text: " " });
    expect(code("")).toMatchObject({ text: " " });
  });

  it("puts lines below each other, and leaves out empty lists", () => {
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

  it("shows a moment in the reader's time zone, and in UTC where that isn't possible", () => {
    expect(moment(new Date("2026-11-01T09:30:59.999Z"))).toMatchObject({
      type: "date",
      timestamp: 1_793_525_459,
      fallback: "2026-11-01 09:30 UTC",
    });
  });
});
