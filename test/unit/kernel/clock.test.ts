import { getEventListeners } from "node:events";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { isFresh, steadyClock, systemClock } from "../../../src/kernel/clock.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] }));
afterEach(() => void vi.useRealTimers());

it("the system clock shows the machine's time", () => {
  vi.setSystemTime("2026-11-01T09:00:00Z");
  expect(systemClock.now()).toEqual(new Date("2026-11-01T09:00:00Z"));
});

it("a sleep takes as long as it was asked for, and then lets go of its signal", async () => {
  const { signal } = new AbortController();
  let isOver = false;
  const sleep = systemClock.sleep(1_000, signal).then(() => {
    isOver = true;
  });
  await vi.advanceTimersByTimeAsync(999);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await sleep;
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

it.each([
  ["while it sleeps", null],
  ["before it sleeps", AbortSignal.abort("over")],
])(
  "a sleep that is aborted %s ends with the signal's reason, and leaves no timer behind",
  async (_, over) => {
    const ending = new AbortController();
    const sleep = systemClock.sleep(1_000_000, over ?? ending.signal);
    ending.abort("over");
    await expect(sleep).rejects.toBe("over");
    expect(vi.getTimerCount()).toBe(0);
  },
);

it.each([-3_600_000, 3_600_000])(
  "a duration is measured truly though the machine's clock is set by %i ms",
  (ms) => {
    const before = steadyClock.now().getTime();
    vi.setSystemTime(Date.now() + ms);
    const passedMs = steadyClock.now().getTime() - before;
    expect(passedMs).toBeGreaterThanOrEqual(0);
    expect(passedMs).toBeLessThan(600_000);
  },
);

it("a reading is fresh up to its age, and is not if it is of the future", () => {
  const isFreshAt = (nowMs: number) => isFresh({ atMs: 1_000 }, nowMs, 50);
  expect([999, 1_000, 1_050, 1_051].map(isFreshAt)).toEqual([false, true, true, false]);
});
