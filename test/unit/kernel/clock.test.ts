import { getEventListeners } from "node:events";
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
  controller.abort("no longer needed");
  await expect(sleep).rejects.toBe("no longer needed");
  await expect(systemClock.sleep(3_600_000, controller.signal)).rejects.toBe("no longer needed");
});

it("lets go of the signal when the time is over", async () => {
  const { signal } = new AbortController();
  await systemClock.sleep(0, signal);
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

it("sleeps no longer than asked for a moment that has come", async () => {
  await expect(systemClock.sleep(0)).resolves.toBeUndefined();
});
