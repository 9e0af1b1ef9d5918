import { getEventListeners } from "node:events";
import { afterEach, expect, it, vi } from "vitest";
import { isFresh, steadyClock, systemClock } from "../../../src/kernel/clock.ts";

afterEach(() => vi.restoreAllMocks());

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

it.each([-3_600_000, 3_600_000])(
  "measures a duration truly though the machine's clock is set by %i ms",
  (ms) => {
    const before = steadyClock.now().getTime();
    const shown = Date.now();
    vi.spyOn(Date, "now").mockImplementation(() => shown + ms);
    const passedMs = steadyClock.now().getTime() - before;
    expect(passedMs).toBeGreaterThanOrEqual(0);
    expect(passedMs).toBeLessThan(600_000);
  },
);

it("calls a reading fresh up to its age, and not if it is of the future", () => {
  const isFreshAt = (nowMs: number) => isFresh({ atMs: 1_000 }, nowMs, 50);
  expect([999, 1_000, 1_050, 1_051].map(isFreshAt)).toEqual([false, true, true, false]);
});
