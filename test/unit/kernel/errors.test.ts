import { expect, it } from "vitest";
import { AppError, messageOf, withCauses } from "../../../src/kernel/errors.ts";

class LampBrokenError extends AppError<"lamp_broken"> {
  constructor(cause: unknown) {
    super("lamp_broken", "Lamp 7 is broken; change the bulb.", { cause });
  }
}

it("an error of the product carries its class's name, its code, its message and its cause", () => {
  const cause = new Error("filament");
  expect(new LampBrokenError(cause)).toMatchObject({
    name: "LampBrokenError",
    code: "lamp_broken",
    message: "Lamp 7 is broken; change the bulb.",
    cause,
  });
});

it("a thrown value has words, whether it is an error or not", () => {
  const thrown = [new LampBrokenError(null), "just a text", undefined];
  expect(thrown.map(messageOf)).toEqual(["Lamp 7 is broken; change the bulb.", "just a text", "undefined"]);
});

it("an outage is found behind eight wrappers, and a chain of causes that goes in a circle ends", () => {
  const bottom = new Error("bottom");
  const wrapped = Array.from({ length: 8 }).reduce<Error>((cause) => new Error("around", { cause }), bottom);
  expect(withCauses(wrapped).at(-1)).toBe(bottom);
  const circle = new Error("circle");
  circle.cause = circle;
  expect(withCauses(circle)).toHaveLength(9);
});

it("an outage is found among the errors that an AggregateError collects, and behind them", () => {
  const iPv6 = new Error("IPv6", { cause: new Error("ECONNREFUSED") });
  const collected = new AggregateError([iPv6, new Error("IPv4")], "no address");
  const found = withCauses(new Error("query failed", { cause: collected }));
  const messages = ["query failed", "no address", "IPv6", "ECONNREFUSED", "IPv4"];
  expect(found.map(({ message }) => message)).toEqual(messages);
});
