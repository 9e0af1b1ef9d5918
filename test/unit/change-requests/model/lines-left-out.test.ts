import { expect, it } from "vitest";
import { type LineFault, linesLeftOut } from "../../../../src/change-requests/index.ts";
import { lineLeftOutText } from "../../../../src/slack/texts/bulk-texts.ts";

const fault = (line: number): LineFault => ({
  line,
  text: "nadia",
  fault: { kind: "user_unknown", fault: { kind: "no_such_user" } },
});

it("lines that need attention are named in their order, without users who need no change", () => {
  const leftOut = [
    { line: 1, username: "ann", because: "already", why: null },
    { line: 2, username: "bob", because: "protected", why: null },
  ] as const;
  const { first, more } = linesLeftOut({ leftOut, faults: [fault(5), { ...fault(3), text: "" }] });
  expect(first.map((each) => [each.line, lineLeftOutText(each)])).toEqual([
    [2, "bob: Protected user. Make a separate request."],
    [3, "Incydr has no such user."],
    [5, "nadia: Incydr has no such user."],
  ]);
  expect(more).toBe(0);
});

it("at most twenty lines are named, and the others are counted with the faults that are not kept", () => {
  const faults = Array.from({ length: 25 }, (_, index) => fault(index + 1));
  const { first, more } = linesLeftOut({ leftOut: [], faults, moreFaults: 500 });
  expect(first).toHaveLength(20);
  expect(more).toBe(505);
});

it("lines keep the sentences that an earlier version stored", () => {
  const leftOut = [{ line: 2, username: "bob", because: "protected", why: "Is protected." }] as const;
  const { first } = linesLeftOut({ leftOut, faults: [{ line: 3, text: "nadia", fault: "Is unknown." }] });
  const told = { line: 4, text: "omar: Is unknown." };
  expect([...first, told].map(lineLeftOutText)).toEqual([
    "bob: Is protected.",
    "nadia: Is unknown.",
    "omar: Is unknown.",
  ]);
});
