import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import {
  correlationId,
  isCorrelationId,
  withAnyCorrelation,
  withCorrelation,
  withNewCorrelation,
  withoutCorrelation,
} from "../../../src/kernel/correlation.ts";

const ID = "5d1f0c9e-8f0b-4c55-9a53-2d0f4f3c6a11";

it("work keeps its id over pauses while other work has another id", async () => {
  const read = async () => {
    await delay(1);
    return correlationId();
  };
  const ids = await Promise.all([withCorrelation(ID, read), withCorrelation("other", read), read()]);
  expect(ids).toEqual([ID, "other", null]);
});

it("a new id differs each time, and has the form of an id", () => {
  const [first, second] = [withNewCorrelation(correlationId), withNewCorrelation(correlationId)];
  expect(first).not.toBe(second);
  expect([first, second].every(isCorrelationId)).toBe(true);
});

it("work that needs any id keeps the id of its caller, and gets one if the caller has none", () => {
  expect(withCorrelation(ID, () => withAnyCorrelation(correlationId))).toBe(ID);
  expect(isCorrelationId(withAnyCorrelation(correlationId))).toBe(true);
});

it("a loop that outlives the work that began it has no id", () => {
  expect(withCorrelation(ID, () => withoutCorrelation(correlationId))).toBeNull();
});

it.each([undefined, null, 7, "", "abc", `${ID}\n`, `${ID}x`, ID.toUpperCase()])(
  "%j is not an id",
  (value) => {
    expect(isCorrelationId(value)).toBe(false);
  },
);
