import { expect, it } from "vitest";
import { withCauses } from "../../../src/kernel/errors.ts";

it("an outage is found behind eight wrappers, and a chain of causes that goes in a circle ends", () => {
  const bottom = new Error("bottom");
  const wrapped = Array.from({ length: 8 }).reduce<Error>((cause) => new Error("around", { cause }), bottom);
  expect(withCauses(wrapped).at(-1)).toBe(bottom);
  const circle = new Error("circle");
  circle.cause = circle;
  expect(withCauses(circle)).toHaveLength(9);
});

it("an outage is found among the errors that an AggregateError collects, and behind them", () => {
  const refused = new Error("ECONNREFUSED");
  const collected = new AggregateError(
    [new Error("IPv6", { cause: refused }), new Error("IPv4")],
    "no address",
  );
  const found = withCauses(new Error("query failed", { cause: collected }));
  expect(found.map(({ message }) => message)).toEqual([
    "query failed",
    "no address",
    "IPv6",
    "ECONNREFUSED",
    "IPv4",
  ]);
});
