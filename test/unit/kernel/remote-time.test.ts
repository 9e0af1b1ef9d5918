import fc from "fast-check";
import { expect, test } from "vitest";
import { createRemoteTime } from "../../../src/kernel/remote-time.ts";

/** Two clocks, of which one is ahead and drifts, and a connection with latency between them. */
function open(aheadMs: number, drift = 0) {
  let monotonic = 1000;
  let ahead = aheadMs;
  const trueMs = () => monotonic * (1 + drift) + ahead;
  const time = createRemoteTime(() => monotonic);
  return {
    time,
    /** Asks; the question takes `thereMs`, the answer `backMs`. */
    ask: (thereMs: number, backMs: number) => {
      const askedAt = monotonic;
      monotonic += thereMs;
      const now = trueMs();
      monotonic += backMs;
      time.heard(now, askedAt);
    },
    pass: (ms: number) => {
      monotonic += ms;
    },
    set: (ms: number) => {
      ahead += ms;
    },
    trueMs,
    expectBetweenBounds() {
      expect(time.earliestMs()).toBeLessThanOrEqual(trueMs() + 0.001);
      expect(time.latestMs()).toBeGreaterThanOrEqual(trueMs() - 0.001);
    },
  };
}

test("the true time is always between the bounds", () => {
  const step = fc.record({ there: fc.nat(50), back: fc.nat(50), pause: fc.nat(3000) });
  fc.assert(
    fc.property(fc.integer({ min: -1e6, max: 1e12 }), fc.array(step, { minLength: 1 }), (aheadMs, steps) => {
      const { ask, pass, expectBetweenBounds } = open(aheadMs);
      for (const { there, back, pause } of steps) {
        ask(there, back);
        pass(pause);
        expectBetweenBounds();
      }
    }),
  );
});

test.each([0.0005, -0.0005])("a remote clock that drifts by %d stays between its bounds", (drift) => {
  const { ask, pass, expectBetweenBounds } = open(7000, drift);
  ask(0, 0);
  pass(100_000);
  expectBetweenBounds();
  // The answer takes so long that its bounds are wider than the previous bounds.
  ask(60, 60);
  expectBetweenBounds();
});

test("a quick answer narrows the bounds that slow answers before and after it leave", () => {
  const { time, ask, trueMs } = open(5000);
  ask(40, 40);
  ask(1, 1);
  ask(40, 40);
  expect(trueMs() - time.earliestMs()).toBeLessThan(1.1);
  expect(time.latestMs() - trueMs()).toBeLessThan(1.1);
});

test.each([-60_000, 60_000])("a clock that was set by %i ms is believed with the next answer", (ms) => {
  const { time, ask, set, trueMs } = open(0);
  ask(1, 1);
  set(ms);
  ask(2, 2);
  expect(time.earliestMs()).toBeCloseTo(trueMs() - 2);
  expect(time.latestMs()).toBeCloseTo(trueMs() + 2);
});
