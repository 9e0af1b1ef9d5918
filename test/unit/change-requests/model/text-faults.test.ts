import { describe, expect, it } from "vitest";
import {
  decisionReasonFault,
  reasonFault,
  ticketFault,
  ticketOf,
} from "../../../../src/change-requests/model/text-faults.ts";

const EMPTY = "Say why: the approver and the audit log need a reason.";
const SAYS_NOTHING = "This has no letter and no digit: a reader would learn nothing from it.";

describe("a reason is a fault", () => {
  it.each(["", " \n", "\u200B", "\u2800", "\u3164", "\u00A0", "\u200E\u202C", "\uFE0F"])(
    "as an empty one if it shows nothing: %j",
    (reason) => {
      expect(reasonFault(reason)).toBe(EMPTY);
      expect(decisionReasonFault(reason)).toBe("Say why: the requester and the audit log need a reason.");
    },
  );

  it.each([".", "---", "…", "\u0301", "?!", "‼", "⁉", "〰", "▪", "\u{1F8FF}", "ー", "ˈ", "ʹ"])(
    "if it has no letter and no digit: %s",
    (reason) => {
      expect(reasonFault(reason)).toBe(`${SAYS_NOTHING} ${EMPTY}`);
    },
  );

  it.each(["x".repeat(1_001), `${"😀".repeat(500)}x`])("if it is too long, with the figures", (reason) => {
    expect(reasonFault(reason)).toBe("At most 1000 characters; these are 1001.");
  });

  it.each(["Leaves\0 today", "Leaves \uD83D"])("if it can't be stored: %j", (reason) => {
    expect(reasonFault(reason)).toContain("can't be stored");
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
    expect(ticketFault(" ", /^INC-\d+$/)).toBe("A ticket has to look like ^INC-\\d+$.");
  });

  it.each(["\u200B", "\u3164", ".", "---"])("that shows or says nothing is a fault: %j", (ticket) => {
    expect(ticketFault(ticket, null)).toBe(`${SAYS_NOTHING} Or leave it empty.`);
    expect(ticketFault(ticket, /^.*$/)).toBe(SAYS_NOTHING);
  });

  it("that is too long is a fault with the figures", () => {
    expect(ticketFault("x".repeat(101), null)).toBe("At most 100 characters; these are 101.");
  });

  it("is read and kept without the invisible characters that came with it", () => {
    expect(ticketFault("\u200BINC-1\uFEFF ", /^INC-\d+$/)).toBeNull();
    expect(ticketOf("\u200BINC-1\uFEFF ")).toBe("INC-1");
    expect(ticketOf(" \u200B")).toBeNull();
  });
});
