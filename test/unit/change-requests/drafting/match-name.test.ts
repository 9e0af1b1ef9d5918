import { expect, it } from "vitest";
import { matchName, shownName } from "../../../../src/change-requests/drafting/match-name.ts";

const OPS = { id: "ops", name: "Ops" };
const matched = (typed: string, ...options: { id: string; name: string }[]) =>
  matchName(typed, options, ({ id }) => id).map(({ id }) => id);

it("a quote at one end, or one that doesn't close the other, is part of the name", () => {
  for (const typed of ['"Opsx', "'Ops\"", "“Ops'", '"Ops']) expect(matched(typed, OPS)).toEqual([]);
  expect(matched('"Ops"', OPS)).toEqual(["ops"]);
});

it("a quote alone is no pair of quotes around nothing", () => {
  expect(matched('"', { id: "blank", name: "" })).toEqual([]);
  expect(shownName('"')).toBe('"');
});

it("an exact id in quotes decides before ids that differ in case alone", () => {
  expect(matched('"ops"', { id: "OPS", name: "One" }, { id: "ops", name: "Another" })).toEqual(["ops"]);
});
