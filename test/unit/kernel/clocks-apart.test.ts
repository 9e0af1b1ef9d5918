import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "../../../src/kernel/clock.ts";
import { createRemoteTime } from "../../../src/kernel/remote-time.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([0.0005, -0.0005])("a remote clock that drifts by %d stays between its bounds", (drift) => {
  let monotonic = 0;
  const remote = () => 7_000 + monotonic * (1 + drift);
  const time = createRemoteTime(() => monotonic);
  const isBetween = () => time.earliestMs() <= remote() + 0.001 && remote() - 0.001 <= time.latestMs();
  time.heard(remote(), monotonic);
  monotonic += 100_000;
  expect(isBetween()).toBe(true);
  // The answer takes so long that it tells less than the one before.
  const askedAtMs = monotonic;
  monotonic += 60;
  const answer = remote();
  monotonic += 60;
  time.heard(answer, askedAtMs);
  expect(isBetween()).toBe(true);
});

test("a sleep that is ended early leaves no timer behind", async () => {
  const ending = new AbortController();
  const sleep = systemClock.sleep(1_000_000, ending.signal);
  expect(vi.getTimerCount()).toBe(1);
  ending.abort("over");
  await expect(sleep).rejects.toBe("over");
  expect(vi.getTimerCount()).toBe(0);
});

test("a sleep whose signal is aborted already ends at once, and leaves no timer behind", async () => {
  await expect(systemClock.sleep(1_000_000, AbortSignal.abort("over"))).rejects.toBe("over");
  expect(vi.getTimerCount()).toBe(0);
});
