import { expect, it } from "vitest";
import { linesLeftOut } from "../../../../src/change-requests/index.ts";

const fault = (line: number) => ({ line, text: "nadia", fault: "Incydr has no such user." });

it("names lines that need attention in their order, and not those that are so already", () => {
  const leftOut = [
    { line: 1, username: "ann", because: "already", why: "Is so already." },
    { line: 2, username: "bob", because: "protected", why: "Is protected." },
  ] as const;
  expect(linesLeftOut({ leftOut, faults: [fault(5), { ...fault(3), text: "" }] })).toEqual({
    first: [
      { line: 2, text: "bob: Is protected." },
      { line: 3, text: "Incydr has no such user." },
      { line: 5, text: "nadia: Incydr has no such user." },
    ],
    more: 0,
  });
});

it("names at most twenty lines, and counts the others with those whose faults aren't kept", () => {
  const faults = Array.from({ length: 25 }, (_, index) => fault(index + 1));
  const { first, more } = linesLeftOut({ leftOut: [], faults, moreFaults: 500 });
  expect(first).toHaveLength(20);
  expect(more).toBe(505);
});
