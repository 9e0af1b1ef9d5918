import { describe, expect, it } from "vitest";
import { reasonFault, ticketFault, ticketOf } from "../../../../src/change-requests/model/text-faults.ts";

describe("a reason is a fault", () => {
  it.each(["", " \n", "\u200B", "\u2800", "\u3164", "\u00A0", "\u200E\u202C", "\uFE0F"])(
    "as an empty one if it shows nothing: %j",
    (reason) => {
      expect(reasonFault(reason)).toEqual({ kind: "missing" });
    },
  );

  it.each([".", "---", "…", "\u0301", "?!", "‼", "⁉", "〰", "▪", "\u{1F8FF}", "ー", "ˈ", "ʹ"])(
    "if it has no letter and no digit: %s",
    (reason) => {
      expect(reasonFault(reason)).toEqual({ kind: "says_nothing" });
    },
  );

  it.each(["x".repeat(1_001), `${"😀".repeat(500)}x`])("if it is too long, with the figures", (reason) => {
    expect(reasonFault(reason)).toEqual({ kind: "too_long", most: 1_000, length: 1_001 });
  });

  it.each(["Leaves\0 today", "Leaves \uD83D"])("if it can't be stored: %j", (reason) => {
    expect(reasonFault(reason)).toEqual({ kind: "not_storable" });
  });
});

it.each(["Leaves today", "7", "離職", "يغادر اليوم", "👍", "🇸🇪", "❤\uFE0F", "– x –"])(
  "takes the reason %s",
  (reason) => {
    expect(reasonFault(reason)).toBeNull();
  },
);

describe("a ticket", () => {
  it("may be left out unless a pattern asks for one", () => {
    expect(ticketFault("", null)).toBeNull();
    expect(ticketFault(" ", /^INC-\d+$/)).toEqual({ kind: "another_form", pattern: "^INC-\\d+$" });
  });

  it.each(["\u200B", "\u3164", ".", "---"])("that shows or says nothing is a fault: %j", (ticket) => {
    expect(ticketFault(ticket, null)).toEqual({ kind: "says_nothing", mayBeEmpty: true });
    expect(ticketFault(ticket, /^.*$/)).toEqual({ kind: "says_nothing", mayBeEmpty: false });
  });

  it("that is too long is a fault with the figures", () => {
    expect(ticketFault("x".repeat(101), null)).toEqual({ kind: "too_long", most: 100, length: 101 });
  });

  it("is read and kept without the invisible characters that came with it", () => {
    expect(ticketFault("\u200BINC-1\uFEFF ", /^INC-\d+$/)).toBeNull();
    expect(ticketOf("\u200BINC-1\uFEFF ")).toBe("INC-1");
    expect(ticketOf(" \u200B")).toBeNull();
  });
});
