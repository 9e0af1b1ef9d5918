import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { withTimeLimit } from "../../../src/kernel/time-limit.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("work that ends in time gives its result or its error, and leaves no timer", async () => {
  expect(await withTimeLimit(Promise.resolve("done"), 100, "late")).toBe("done");
  await expect(withTimeLimit(Promise.reject(new Error("failed")), 100, "late")).rejects.toThrow("failed");
  expect(vi.getTimerCount()).toBe(0);
});

it("work that takes longer gives the other value, and its later failure is ignored", async () => {
  const { promise, reject } = Promise.withResolvers<string>();
  const result = withTimeLimit(promise, 100, "late");
  await vi.advanceTimersByTimeAsync(100);
  expect(await result).toBe("late");
  reject(new Error("too late"));
  await vi.advanceTimersByTimeAsync(0);
});
