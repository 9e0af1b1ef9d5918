import { describe, expect, it } from "vitest";
import { reasonFault, ticketFault, ticketOf } from "../../../../src/change-requests/model/text-faults.ts";

describe("a reason", () => {
  it.each(["", " \n", "\u200B", "\u2800", "\u3164", "\u00A0", "\u200E\u202C", "\uFE0F"])(
    "a reason that shows nothing is missing: %j",
    (reason) => {
      expect(reasonFault(reason)).toEqual({ kind: "missing" });
    },
  );

  it.each([".", "---", "…", "\u0301", "?!", "‼", "⁉", "〰", "▪", "\u{1F8FF}", "ー", "ˈ", "ʹ"])(
    "a reason without a letter and a digit says nothing: %s",
    (reason) => {
      expect(reasonFault(reason)).toEqual({ kind: "says_nothing" });
    },
  );

  it("a reason may have 1,000 characters, and the fault of a longer one has the figures", () => {
    expect(reasonFault("x".repeat(1_000))).toBeNull();
    for (const reason of ["x".repeat(1_001), `${"😀".repeat(500)}x`])
      expect(reasonFault(reason)).toEqual({ kind: "too_long", most: 1_000, length: 1_001 });
  });

  it.each(["Leaves\0 today", "Leaves \uD83D"])("a reason that can't be stored is a fault: %j", (reason) => {
    expect(reasonFault(reason)).toEqual({ kind: "not_storable" });
  });

  it.each(["Leaves today", "7", "離職", "يغادر اليوم", "👍", "🇸🇪", "❤\uFE0F", "– x –"])(
    "the reason %s is accepted",
    (reason) => {
      expect(reasonFault(reason)).toBeNull();
    },
  );
});

describe("a ticket", () => {
  it("a ticket may be missing unless a pattern needs one", () => {
    expect(ticketFault("", null)).toBeNull();
    expect(ticketFault(" ", /^INC-\d+$/)).toEqual({ kind: "another_form", pattern: "^INC-\\d+$" });
  });

  it.each(["\u200B", "\u3164", ".", "---"])(
    "a ticket that shows or says nothing is a fault: %j",
    (ticket) => {
      expect(ticketFault(ticket, null)).toEqual({ kind: "says_nothing", mayBeEmpty: true });
      expect(ticketFault(ticket, /^.*$/)).toEqual({ kind: "says_nothing", mayBeEmpty: false });
    },
  );

  it("a ticket may have 100 characters, and the fault of a longer one has the figures", () => {
    expect(ticketFault("x".repeat(100), null)).toBeNull();
    expect(ticketFault("x".repeat(101), null)).toEqual({ kind: "too_long", most: 100, length: 101 });
  });

  it("a ticket is read and stored without the invisible characters around it", () => {
    expect(ticketFault("\u200BINC-1\uFEFF ", /^INC-\d+$/)).toBeNull();
    expect(ticketOf("\u200BINC-1\uFEFF ")).toBe("INC-1");
    expect(ticketOf(" \u200B")).toBeNull();
  });
});
