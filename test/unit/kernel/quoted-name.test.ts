import { expect, it } from "vitest";
import { quotedName, quotedTicket, quotedUsername } from "../../../src/kernel/quoted-name.ts";

it("a name that is cut and quoted keeps its closing quote", () => {
  expect(quotedName(`Sales, ${"x".repeat(100)}`)).toBe(`“Sales, ${"x".repeat(72)}…”`);
});

it("a name that is far too long is not searched for a visible part behind its cut", () => {
  expect(quotedName(`${"\u200B".repeat(1_000)}Eve`)).toBe("…");
});

it("the longest ticket and the longest username are shown whole", () => {
  const [ticket, username] = ["T".repeat(100), `${"n".repeat(64)}@${"h".repeat(255)}`];
  expect([quotedTicket(ticket), quotedUsername(username)]).toEqual([ticket, username]);
});
