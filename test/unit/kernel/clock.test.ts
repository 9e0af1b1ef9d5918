import { expect, it } from "vitest";
import { systemClock } from "../../../src/kernel/clock.ts";

it("tells the machine's time", () => {
  const before = Date.now();
  const now = systemClock.now().getTime();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});

it("ends a sleep early when it is aborted", async () => {
  const controller = new AbortController();
  const sleep = systemClock.sleep(3_600_000, controller.signal);
  controller.abort();
  await expect(sleep).rejects.toMatchObject({ name: "AbortError" });
});

it("sleeps no longer than asked for a moment that has come", async () => {
  await expect(systemClock.sleep(0)).resolves.toBeUndefined();
});
