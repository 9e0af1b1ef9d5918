import { expect, it } from "vitest";
import { AppError, messageOf } from "../../../src/kernel/errors.ts";

class LampBrokenError extends AppError<"lamp_broken"> {
  constructor(cause: unknown) {
    super("lamp_broken", "Lamp 7 is broken; change the bulb.", { cause });
  }
}

it("carries its class's name, its code, its message and what caused it", () => {
  const cause = new Error("filament");
  const error = new LampBrokenError(cause);
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: "LampBrokenError",
    code: "lamp_broken",
    message: "Lamp 7 is broken; change the bulb.",
    cause,
  });
});

it("finds words for whatever was thrown", () => {
  expect(messageOf(new LampBrokenError(null))).toBe("Lamp 7 is broken; change the bulb.");
  expect(messageOf("just a text")).toBe("just a text");
  expect(messageOf(undefined)).toBe("undefined");
});
